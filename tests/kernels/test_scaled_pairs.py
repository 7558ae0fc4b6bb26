"""A loss times a power of two has the kernel of the loss; others are the chain rule's."""

from typing import Any

import numpy as np
import pytest

import softgrad as sg

Z = np.random.default_rng(0).normal(size=(7, 3))
T = np.random.default_rng(1).normal(size=(7, 3))


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("factor", [0.5, 4.0])
def test_every_part_is_exactly_that_many_times_the_losss(factor: float, reduction: Any) -> None:
    plain = sg.OutputLayer("identity", "squared_error", reduction=reduction)
    scaled = sg.OutputLayer("identity", factor * sg.squared_error, reduction=reduction)
    assert np.array_equal(scaled.value(Z, T), factor * plain.value(Z, T))
    both = scaled.gradient_and_hessian_diagonal(Z, T), plain.gradient_and_hessian_diagonal(Z, T)
    for ours, theirs in zip(*both, strict=True):
        assert np.array_equal(ours, factor * theirs)
    assert np.array_equal(scaled.hvp(Z, T, T), factor * plain.hvp(Z, T, T))
    assert ("kernel" in scaled.explain()) == ("kernel" in plain.explain())


def test_the_loss_of_halves_that_would_overflow_is_finite() -> None:
    layer = sg.OutputLayer("identity", 0.5 * sg.squared_error)
    slopes = layer.gradient(np.full((1, 1), 5e4, np.float16), np.zeros((1, 1), np.float16))
    assert slopes == pytest.approx(5e4)
