"""How entmax changes with its alpha: the definition's difference at 60 digits says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf, workdps

import softgrad as sg
from softgrad.errors import CapabilityError

STEP = mpf(10) ** -20
ROWS = [np.random.default_rng(k).normal(size=5) * size for k, size in enumerate((0.3, 1.0, 3.0))]
TIED = [np.zeros(4), np.array([1.0, 1.0, 0.0, -2.0]), np.array([0.0, -800.0, -0.9, 0.25])]


def exactly(z: np.ndarray, alpha: Any) -> list[Any]:
    activation = sg.Entmax()
    object.__setattr__(activation, "alpha", alpha)
    return activation.exact([mpf(float(x)) for x in z])


@pytest.mark.parametrize("alpha", [1.0, 1.001, 1.25, 1.5, 2.0, 2.5, 3.0])
@pytest.mark.parametrize("z", [*ROWS, *TIED], ids=str)
def test_the_derivative_by_alpha_is_that_of_the_definition(z: np.ndarray, alpha: float) -> None:
    with workdps(60):
        if alpha == 1.0:  # from above, in twice so many digits
            low, high = (exactly(z, mpf(1) + k * mpf(10) ** -16) for k in (1, 2))
            width = mpf(10) ** -16
        else:
            low, high = exactly(z, alpha - STEP), exactly(z, alpha + STEP)
            width = 2 * STEP
        slopes = [(b - a) / width for a, b in zip(low, high, strict=True)]
        found = sg.Entmax(alpha=alpha).parameter_derivative(z, "alpha")
        size = max(abs(slope) for slope in slopes) + mpf(2) ** -60
        gap = max(abs(mpf(float(x)) - y) for x, y in zip(found, slopes, strict=True))
    assert gap <= 40 * mp.mpf(2) ** -53 * size


def test_masked_entries_do_not_change_and_other_names_are_refused() -> None:
    keep = np.array([True, False, True])
    z = np.array([0.3, 9.0, 0.1])
    found = sg.entmax.parameter_derivative(z, "alpha", where=keep)
    assert found[1] == 0.0
    np.testing.assert_array_equal(found[keep], sg.entmax.parameter_derivative(z[keep], "alpha"))
    for activation, name in ((sg.sigmoid, "temperature"), (sg.entmax, "beta")):
        with pytest.raises(CapabilityError, match=f"no derivative by {name}"):
            activation.parameter_derivative(z, name)
