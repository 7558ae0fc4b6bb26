"""Errors in units in the last place against mpmath, for the tests of this folder."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from mpmath import mp, mpf

BOTH = (np.float64, np.float32)


def ulp_error(value: float, exact: mpf, dtype: Any) -> float:
    """|value - exact| in the spacing that `dtype` has at `exact`; inf where the kinds differ."""
    limits = np.finfo(dtype)
    if mp.isinf(exact) or abs(exact) > mpf(float(limits.max)):
        return 0.0 if math.isinf(value) and (value > 0) == (exact > 0) else math.inf
    if not math.isfinite(value):
        return math.inf
    if exact == 0:
        return 0.0 if value == 0 else math.inf
    exponent = int(mp.frexp(abs(exact))[1]) - 1
    spacing = max(mp.ldexp(1, exponent - limits.nmant), mpf(float(limits.smallest_subnormal)))
    return float(abs(mpf(value) - exact) / spacing)


def worst_ulp(
    function: Callable[..., Any],
    exact: Callable[..., mpf],
    columns: Sequence[Any],
    dtype: Any,
    digits: int = 50,
) -> float:
    """Largest error of `function` (of NumPy arrays) over the rows of `columns`, in ULP."""
    rounded = [np.asarray(column).astype(dtype) for column in columns]
    values = function(np, *rounded)
    assert values.dtype == dtype
    with mp.workdps(digits):
        return max(
            ulp_error(float(value), exact(*map(mpf, row)), dtype)
            for value, row in zip(
                values, zip(*(c.tolist() for c in rounded), strict=True), strict=True
            )
        )


def spread(seed: int, count: int, low: float, high: float) -> np.ndarray:
    """Points in (low, high): evenly spread, and crowding at 0 down to 1e-30."""
    rng = np.random.default_rng(seed)
    even = rng.uniform(low, high, count)
    tiny = 10.0 ** rng.uniform(-30, 0, count // 4)
    both = np.concatenate([even, tiny, -tiny])
    return both[(both > low) & (both < high)]
