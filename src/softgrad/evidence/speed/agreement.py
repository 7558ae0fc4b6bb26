"""Whether two libraries computed the same, before either is timed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softgrad.evidence.speed.dtypes import is_half, numpy_dtype, unit

UNITS, UNITS_OF_HALVES = 256, 4
"""How many units in the last place of the largest entry two right results may differ by: fewer for
numbers of 16 bits, whose unit is a percent or a thousandth."""


def tolerance(dtype: str) -> float:
    """The largest deviation that counts as agreement, relative to the size of the result."""
    return (UNITS_OF_HALVES if is_half(dtype) else UNITS) * unit(dtype)


def disagreement(found: Sequence[Any], expected: Sequence[Any], dtype: str) -> str | None:
    """What is wrong with `found` in words, or None where it agrees with `expected`.

    Args:
        found: the results of a library, readable by NumPy.
        expected: the results to compare with, in the same order.
        dtype: of the logits: it says the tolerance, and floating-point results must have it.
    """
    if len(found) != len(expected):
        return f"gives {len(found)} results; expected {len(expected)}"
    for ours, theirs in zip(expected, found, strict=True):
        right, other = np.asarray(ours), np.asarray(theirs)
        if other.dtype != numpy_dtype(dtype):
            return f"computes in {other.dtype}; expected {dtype}"
        # One number may come as an array of one.
        if other.shape != right.shape and not other.size == right.size == 1:
            return f"gives shape {other.shape}; expected {right.shape}"
        by = deviation(other.reshape(right.shape), right)
        if not by <= tolerance(dtype):
            allowed = f"allowed {tolerance(dtype):.0e}"
            return f"differs by {by:.0e} of the result's size; {allowed}"
    return None


def deviation(found: NDArray[Any], expected: NDArray[Any]) -> float:
    """The relative difference by the largest entry, or by the sum of all if that is larger.

    The first sees one wrong entry among many; the second sees small entries that are all wrong
    beside a large one that is right, such as those of a gradient beside its true class.
    """
    if np.array_equal(found, expected):  # infinities too
        return 0.0
    wide = np.result_type(expected.dtype, np.float32)  # halves are too coarse to be subtracted
    gap = np.abs(found.astype(wide) - expected.astype(wide))
    size = np.abs(expected.astype(wide))
    largest = _relative(np.max(gap, initial=0.0), np.max(size, initial=0.0))
    total = _relative(np.sum(gap, dtype=np.float64), np.sum(size, dtype=np.float64))
    return float(np.maximum(largest, total))  # NaN if either is


def _relative(gap: Any, size: Any) -> float:
    if size == 0.0:
        return 0.0 if gap == 0.0 else float("inf")
    return float(gap / size)
