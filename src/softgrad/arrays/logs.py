"""Logarithms of sums and ratios near 1 or near 0, without the cancellation of their definitions.

Each docstring has the largest error in float64 that was measured against mpmath at 50 digits.
"""

from __future__ import annotations

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import float32_through_float64, polynomial

# (atanh(r) / r - 1) / r^2 as a polynomial in r^2 <= 0.321, to 1.3e-16 (tools/fit_special.py).
_ATANH_TAIL = (
    0.33333333333333337,
    0.19999999999995802,
    0.14285714286687654,
    0.11111111022318376,
    0.09090913318711549,
    0.07692186927524079,
    0.06668907831911781,
    0.058539964138787,
    0.05514796552405045,
    0.031745454001828016,
    0.11464249281554738,
    -0.18316611656148896,
    0.5077010473678875,
    -0.5785489137077077,
    0.42867736387718075,
)


@float32_through_float64
def log1mexp(xp: Namespace, x: Array) -> Array:
    """log(1 - exp(-x)) for x >= 0 (-inf at 0, NaN below), to 2.1 ULP.

    Two forms (Maechler 2012), each taking its logarithm of something at least as accurate as the
    result. They meet at 5/4, not at log 2, because XLA's float64 log1p is off by more than 100 ULP
    between -0.42 and -0.29.
    """
    near = xp.where((x > 0.0) & (x < 1.25), x, 0.5)
    far = xp.where(x >= 1.25, x, 2.0)
    value = xp.where(x < 1.25, xp.log(-xp.expm1(-near)), xp.log1p(-xp.exp(-far)))
    value = xp.where(x == 0.0, -xp.inf, value)
    return xp.where(x >= 0.0, value, xp.nan)


@float32_through_float64
def log1pmx(xp: Namespace, x: Array) -> Array:
    """log1p(x) - x, never positive, for x >= -1 (-inf at -1 and at inf, NaN below), to 2.4 ULP.

    For -2/3 <= x <= 2 with r = x / (2 + x), log1p(x) = 2 atanh(r) and 2 r - x = -r x, so that
    log1p(x) - x = r (2 r^2 P(r^2) - x) has no cancellation.
    """
    direct = xp.log1p(xp.where(x > -1.0, xp.minimum(x, 1e30), 0.0)) - x
    inner = xp.where((x >= -2.0 / 3.0) & (x <= 2.0), x, 0.0)
    ratio = inner / (2.0 + inner)
    square = ratio * ratio
    series = ratio * (2.0 * square * polynomial(square, _ATANH_TAIL) - inner)
    value = xp.where((x >= -2.0 / 3.0) & (x <= 2.0), series, direct)
    value = xp.where(x == -1.0, -xp.inf, value)
    return xp.where(x >= -1.0, value, xp.nan)


@float32_through_float64
def relative_entropy_term(xp: Namespace, d: Array, p: Array) -> Array:
    """p h(t / p) with h(r) = r log r - r + 1 >= 0, given p >= 0 and d = t - p, to 3.1 ULP.

    Its sum over a row is the relative entropy of t from p where both add up to 1. It is p at
    t = 0, infinite at p = 0 < t, and 0 where both are 0. A t = p + d that rounding has made
    negative counts as 0.

    For 0.28 <= t / p <= 3.6 with w = d / (t + p), half the log of the ratio is atanh w, and
    p h = w (d + 2 t w^2 P(w^2)). Below, it is t log(t / p) - d; above, with L = log1p(d / p),
    d (L - 1) + p L. The error counts d and p as exact.
    """
    t = p + d
    proper = (p > 0.0) & (t > 0.0)
    one = xp.where(proper, p, 1.0)
    other = xp.where(proper, d, 0.0)

    near = xp.abs(other) <= 0.565 * (2.0 * one + other)
    ratio = xp.where(near, other, 0.0) / (2.0 * one + other)
    square = ratio * ratio
    series = ratio * (other + 2.0 * (one + other) * square * polynomial(square, _ATANH_TAIL))

    # Below, t is exact and d is not small; above, log1p(d / p) spares the rounding of t.
    limits = xp.finfo(p.dtype)
    fraction = xp.where(other < 0.0, one + other, one) / one
    fraction = xp.maximum(fraction, float(limits.smallest_normal))
    below = (one + other) * xp.log(fraction) - other
    # Where d / p would overflow, log p is so large that a difference of logarithms loses nothing.
    steep = one < other * (4.0 / float(limits.max))
    quotient = xp.where(steep, 1.0, other) / xp.where(steep, 1.0, one)
    logarithm = xp.where(
        steep,
        xp.log(xp.where(steep, other, 1.0)) - xp.log(one),
        xp.log1p(xp.maximum(quotient, 0.0)),
    )
    above = other * (logarithm - 1.0) + one * logarithm

    value = xp.where(near, series, xp.where(other < 0.0, below, above))
    edge = xp.where(t > 0.0, xp.inf, p)
    value = xp.where(proper, value, edge)
    return xp.where(xp.isnan(d) | xp.isnan(p), xp.nan, value)
