"""A hyper-parameter's size leaves room for its inverse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import softgrad as sg
from softgrad.errors import ParameterError

MAKERS = {
    "temperature": lambda x: sg.Softmax(temperature=x),
    "beta": lambda x: sg.Softplus(beta=x),
    "epsilon": lambda x: sg.SphericalSoftmax(epsilon=x),
    "delta": lambda x: sg.Huber(delta=x),
}


@pytest.mark.parametrize("value", [1e-310, 1e-301, 1e301, 1e308, 10**400])
@pytest.mark.parametrize("name", MAKERS)
def test_what_is_too_small_or_too_large_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ParameterError, match=name):
        MAKERS[name](value)


@pytest.mark.parametrize("value", [1e-30, 1e-20, 1e20, 1e30, 1e300])
def test_what_is_taken_gives_numbers(value: float) -> None:
    z = np.array([1.0, 2.0, 3.0])
    for name in ("temperature", "beta") if value > 1e30 else ("temperature", "beta", "epsilon"):
        activation = MAKERS[name](value)
        for one in (activation(z), activation.vjp(z, z), activation.jvp(z, z)):
            assert not np.any(np.isnan(one)), (name, value)
