"""How the output changes with the temperature, beside the definition's difference at 60 digits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from mpmath import mpf, workdps

import softgrad as sg
from softgrad.errors import CapabilityError

STEP = mpf(10) ** -20
KINDS = [sg.Softmax, sg.LogSoftmax, sg.Softmin]
ROWS = [np.array([0.3, -1.0, 2.0, 0.5]), np.array([1e9, 1e9 + 1.0, 1e9 - 2.0]), np.zeros(3)]


def exactly(activation: Any, z: np.ndarray, temperature: Any) -> list[Any]:
    at = replace(activation)
    object.__setattr__(at, "temperature", temperature)
    return at.exact([mpf(float(x)) for x in z])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("temperature", [0.25, 1.0, 3.0])
@pytest.mark.parametrize("z", ROWS, ids=str)
def test_the_derivative_is_that_of_the_definition(
    kind: Any, temperature: float, z: np.ndarray
) -> None:
    activation = kind(temperature=temperature)
    with workdps(60):
        low, high = (exactly(activation, z, temperature + s) for s in (-STEP, STEP))
        expected = [float((b - a) / (2 * STEP)) for a, b in zip(low, high, strict=True)]
    found = activation.parameter_derivative(z, "temperature")
    np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-16)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_absent_and_infinite_logits_have_none(kind: Any) -> None:
    activation = kind(temperature=2.0)
    z = np.array([[0.3, 9.0, 0.1], [0.3, kind.neutral, 0.1], [1.0, np.inf, 0.0]])
    keep = np.array([[True, False, True], [True, True, True], [True, True, True]])
    found = activation.parameter_derivative(z, "temperature", where=keep)
    np.testing.assert_array_equal(found[:2, 1], 0.0)
    np.testing.assert_array_equal(found[0, ::2], found[1, ::2])
    assert not np.isnan(found).any()


def test_new_noise_at_each_call_has_no_derivative() -> None:
    with pytest.raises(CapabilityError, match="no derivative by temperature"):
        sg.gumbel_softmax.parameter_derivative(np.zeros(3), "temperature")
