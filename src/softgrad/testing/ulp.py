"""Errors in units in the last place, of the dtype at hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.testing.comparing import entry


def ulp_errors(computed: Any, exact: Any, scale: Any = None) -> Array:
    """|computed - exact| in ULP of the exact value, or of `scale` where that is larger.

    Where the exact value overflows the dtype, infinity of its sign is right. Subnormal numbers
    have the ULP of the smallest normal one, which is all that the format can hold.
    """
    array = np.asarray(computed)
    limits = np.finfo(array.dtype)
    high, low = _two_floats(exact, array.shape)
    wide = array.astype(np.float64)
    with np.errstate(all="ignore"):
        size = np.maximum(
            np.abs(high), np.broadcast_to(0.0 if scale is None else scale, high.shape)
        )
        size = np.clip(size, float(limits.smallest_normal), float(limits.max))
        spacing = np.ldexp(1.0, np.frexp(size)[1] - 1 - limits.nmant)
        errors = np.abs((wide - high) - low) / spacing  # the difference of neighbours is exact
        # A spacing below the least number of float64 is 0; only equality is right there.
        errors = np.where(wide == high + low, 0.0, errors)
    beyond = ~np.isfinite(high) | (np.abs(high) > float(limits.max))
    right = wide == np.copysign(np.inf, high)
    errors = np.where(beyond, np.where(right, 0.0, np.inf), errors)
    return np.where(np.isnan(errors), np.inf, errors)


def _two_floats(exact: Any, shape: tuple[int, ...]) -> tuple[Array, Array]:
    """The exact values as unevaluated sums of two float64, good to 32 digits."""
    wanted = np.broadcast_to(np.asarray(exact, dtype=object), shape)
    high = np.empty(shape)
    low = np.empty(shape)
    for index in np.ndindex(shape):
        value = wanted[index]
        high[index] = float(value)
        low[index] = float(value - high[index]) if np.isfinite(high[index]) else 0.0
    return high, low


def within(limit: float, computed: Any, exact: Any, scale: Any = None, where: Any = None) -> None:
    """Fail, with a message that can be read, where an error is above `limit` ULP."""
    errors = ulp_errors(computed, exact, scale)
    if not np.all(errors <= limit):
        at = np.unravel_index(np.nanargmax(np.where(errors <= limit, -1.0, errors)), errors.shape)
        wanted = np.broadcast_to(np.asarray(exact, dtype=object), errors.shape)[at]
        size = np.broadcast_to(np.asarray(0.0 if scale is None else scale), errors.shape)[at]
        off = f"{errors[at]:.4g} ULP off, {limit:g} allowed"
        if float(size) > abs(float(wanted)):
            off += f", of terms of size {float(size):.3g}"
        raise AssertionError(
            f"got {np.asarray(computed)[at]:.17g}, expected {float(wanted):.17g} ({off})"
            f"{entry(at)}; {where}"
        )
