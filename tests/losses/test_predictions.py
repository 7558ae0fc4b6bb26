"""Probabilities that a loss is given by themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import softgrad as sg
from softgrad.errors import DomainError


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_a_probability_that_rounding_took_past_an_end_counts_as_that_end(dtype: Any) -> None:
    eps = np.finfo(dtype).eps
    exact = np.array([[1.0, 0.0], [0.25, 0.75]], dtype)
    rounded = exact + np.array([[60 * eps, -60 * eps], [0.0, 0.0]], dtype)
    for loss in (sg.cross_entropy, sg.dice, sg.Focal(gamma=1.0), sg.jensen_shannon):
        for axis in (-1, ()):
            t = np.array([[1.0, 0.0], [0.5, 0.5]], dtype)
            assert np.array_equal(loss(rounded, t, axis=axis), loss(exact, t, axis=axis))
    for wrong in (1 + 100 * eps, -100 * eps):
        with pytest.raises(DomainError):
            sg.cross_entropy(np.array([wrong, 0.5], dtype), np.array([1.0, 0.0], dtype))
