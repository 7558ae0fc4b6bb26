"""What every special function here wants: float32 through float64 on NumPy, and polynomials."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import numpy as np

from softgrad.arrays.namespaces import Array, Namespace


def float32_through_float64(function: Callable[..., Array]) -> Callable[..., Array]:
    """Let NumPy compute a function of float32 arrays in float64 and round once: within 0.51 ULP.

    NumPy's own float32 exp, log and tanh are off by 2.5 to 4 ULP, which no formula around them
    can mend. PyTorch's and XLA's are good, and float64 may be slow or missing where those run.
    """

    @wraps(function)
    def rounded(xp: Namespace, *arrays: Array) -> Array:
        if not wants_float64(xp, arrays[0]):
            return function(xp, *arrays)
        wide = (xp.asarray(a, dtype=xp.float64) for a in arrays)
        return round_to(xp, function(xp, *wide), arrays[0].dtype)

    return rounded


def wants_float64(xp: Namespace, x: Array) -> bool:
    """Whether functions of x are better computed in float64 and rounded: float32 on NumPy."""
    return xp.__name__ == "numpy" and x.dtype == xp.float32


def round_to(xp: Namespace, wide: Array, dtype: object) -> Array:
    """`wide` in `dtype`; what overflows becomes infinite without NumPy's warning."""
    largest = float(xp.finfo(dtype).max)
    inside = xp.where(xp.abs(wide) > largest, xp.copysign(xp.inf, wide), wide)
    return xp.asarray(inside, dtype=dtype)


def rounded_constant(xp: Namespace, like: Array, value: float) -> float:
    """The constant that arithmetic with an array in the dtype of `like` really uses."""
    return float(np.float32(value)) if xp.finfo(like.dtype).bits == 32 else value


def polynomial(x: Array, coefficients: tuple[float, ...]) -> Array:
    """c_0 + c_1 x + c_2 x^2 + ... by Horner's rule, for two coefficients or more."""
    *lower, last = coefficients
    value = x * last + lower.pop()
    while lower:
        value = value * x + lower.pop()
    return value
