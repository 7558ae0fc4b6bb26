"""Errors in units in the last place, of the dtype at hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from mpmath import mpf, workdps


def ulp_errors(computed: Any, exact: Any, scale: Any = None) -> np.ndarray:
    """|computed - exact| in ULP of the exact value, or of `scale` where that is larger.

    Where the exact value overflows the dtype, infinity of its sign is right. Subnormal numbers
    have the ULP of the smallest normal one, which is all that the format can hold.
    """
    array = np.asarray(computed)
    wanted = np.broadcast_to(np.asarray(exact, dtype=object), array.shape)
    scales = np.broadcast_to(np.asarray(0.0 if scale is None else scale), array.shape)
    errors = np.empty(array.shape, dtype=np.float64)
    for index in np.ndindex(array.shape):
        errors[index] = _one(array[index], wanted[index], float(scales[index]))
    return errors


def _one(computed: Any, exact: Any, scale: float) -> float:
    limits = np.finfo(computed.dtype)
    if not np.isfinite(float(exact)) or abs(exact) > float(limits.max):
        return 0.0 if float(computed) == float(np.sign(float(exact))) * np.inf else np.inf
    if not np.isfinite(computed):
        return np.inf
    with workdps(60):
        size = max(abs(exact), mpf(scale), mpf(float(limits.smallest_normal)))
        size = min(size, mpf(float(limits.max)))
        spacing = mpf(2) ** (_exponent(size) - limits.nmant)
        return float(abs(mpf(float(computed)) - exact) / spacing)


def _exponent(size: Any) -> int:
    """e with 2^e <= size < 2^(e + 1)."""
    from mpmath import frexp

    return int(frexp(size)[1]) - 1


def worst(computed: Any, exact: Any, scale: Any = None) -> float:
    """The largest error; NaN counts as infinite, an empty array as 0."""
    errors = ulp_errors(computed, exact, scale)
    return float(np.max(errors, initial=0.0))
