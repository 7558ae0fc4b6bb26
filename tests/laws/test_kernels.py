"""A kernel gives what the definition gives, whatever the numbers are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from softgrad import OutputLayer, Softmax
from softgrad.kernels import config

# Both paths are held to 4 ULP against mpmath, so they may differ by 8.
ULPS = 8
COMPILED = config()["kernels"] == "compiled"
ANY_FLOAT = st.one_of(
    st.floats(-30, 30, width=32),
    st.floats(-800, 800, width=32),
    st.sampled_from([np.inf, -np.inf, np.nan, 0.0, 1e30, -1e30]),
)
ROWS = st.integers(1, 3)
CLASSES = st.integers(1, 9)
each_dtype = pytest.mark.parametrize("dtype", [np.float64, np.float32])


@st.composite
def rows_and_labels(draw: Any) -> tuple[np.ndarray, np.ndarray, float]:
    rows, n = draw(ROWS), draw(CLASSES)
    z = draw(arrays(np.float32, (rows, n), elements=ANY_FLOAT))
    labels = draw(arrays(np.int64, (rows,), elements=st.integers(0, n - 1)))
    return z, labels, draw(st.sampled_from([1.0, 0.5, 3.0]))


def agree(kernel: np.ndarray, definition: np.ndarray) -> None:
    assert kernel.dtype == definition.dtype
    np.testing.assert_array_equal(np.isfinite(kernel), np.isfinite(definition))
    broken = ~np.isfinite(kernel)
    np.testing.assert_array_equal(kernel[broken], definition[broken])
    gap = np.abs(np.where(broken, 0, kernel) - np.where(broken, 0, definition))
    size = np.maximum(np.abs(definition), np.finfo(kernel.dtype).tiny)
    assert np.all(gap <= ULPS * np.spacing(np.where(broken, 1, size)))


@each_dtype
@settings(max_examples=300, deadline=None, derandomize=True)
@given(drawn=rows_and_labels())
def test_softmax(dtype: Any, drawn: Any) -> None:
    z, _, temperature = drawn
    activation, z = Softmax(temperature=temperature), z.astype(dtype)
    # A mask that keeps everything is served by the definition.
    agree(activation(z), activation(z, where=np.ones(z.shape, bool)))


@each_dtype
@settings(max_examples=300, deadline=None, derandomize=True)
@given(drawn=rows_and_labels(), as_distribution=st.booleans())
def test_softmax_cross_entropy(dtype: Any, drawn: Any, as_distribution: bool) -> None:
    z, labels, temperature = drawn
    z = z.astype(dtype)
    target = np.eye(z.shape[-1], dtype=dtype)[labels] if as_distribution else labels
    layer = OutputLayer(Softmax(temperature=temperature), "cross_entropy")
    fast = layer.value_and_gradient(z, target)
    assert layer.explain().startswith("kernel") is COMPILED
    slow = layer.value_and_gradient(z, target, where=np.ones(z.shape, bool))
    assert layer.explain().startswith("chain rule")
    agree(fast[0], slow[0])
    agree(fast[1], slow[1])
