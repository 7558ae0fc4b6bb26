"""Where alpha-entmax cuts off: the lambda with sum [1 + (alpha - 1)(d - lambda)]_+^r = 1.

r = 1 / (alpha - 1), and d = z - max z <= 0, so that 0 <= lambda. With u = 1 + (alpha - 1)(d -
lambda) the probabilities are [u]_+^r. An entry near the cut has a u that is a small difference
of numbers of size 1, so d, lambda and u are carried as sums of two numbers each.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from softgrad.arrays.exact import compensated_sum, quotient_remainder, two_product, two_sum
from softgrad.arrays.logs import log1pmx
from softgrad.arrays.namespaces import Array, Namespace

Pair = tuple[Array, Array]


class Cut(NamedTuple):
    """The probabilities, how far each entry is above the cut, and lambda.

    Attributes:
        p: probabilities, shape (..., n), 0 below the cut.
        height: u, shape (..., n), negative below the cut.
        level: lambda, shape (..., 1).
    """

    p: Array
    height: Array
    level: Array


def cut(xp: Namespace, d: Pair, alpha: float) -> Cut:
    """Cut finite d <= 0, 0 in each row, at alpha > 1: exactly at 1.5 and 2, else by iteration."""
    if alpha == 2.0:
        return _sparsemax(xp, d)
    if alpha == 1.5:
        return _entmax_15(xp, d)
    level = _newton(xp, d[0], alpha) if alpha < 2.0 else _bracketed_newton(xp, d[0], alpha)
    return _polished(xp, d, level, alpha)


def _sparsemax(xp: Namespace, d: Pair) -> Cut:
    """u = d - tau, with tau the mean of d over the support, less one share (Held et al. 1974)."""
    falling = -xp.sort(-d[0], axis=-1)
    sums = xp.cumulative_sum(falling, axis=-1)
    count = xp.arange(1, d[0].shape[-1] + 1, dtype=d[0].dtype)
    size = xp.sum(xp.astype(1.0 + count * falling > sums, d[0].dtype), axis=-1, keepdims=True)
    least = _smallest_of(xp, falling, count, size)
    support = d[0] >= least
    size = xp.sum(xp.astype(support, d[0].dtype), axis=-1, keepdims=True)
    total, low = _sum_of_two(xp, _kept(xp, support, d), -1.0)
    tau, remainder = quotient_remainder(xp, total, size)
    height = _difference(d, (tau, remainder + low / size))
    u = height[0] + height[1]
    return Cut(xp.where(support, xp.maximum(u, xp.zeros_like(u)), 0.0), u, tau + 1.0)


def _entmax_15(xp: Namespace, d: Pair) -> Cut:
    """u = x - tau with x = d / 2: sum u^2 = 1 is a quadratic equation for each prefix."""
    x = (0.5 * d[0], 0.5 * d[1])
    falling = -xp.sort(-x[0], axis=-1)
    count = xp.arange(1, x[0].shape[-1] + 1, dtype=x[0].dtype)
    mean = xp.cumulative_sum(falling, axis=-1) / count
    spread = xp.cumulative_sum(falling * falling, axis=-1) - count * mean * mean
    tau = mean - xp.sqrt(xp.maximum((1.0 - spread) / count, xp.zeros_like(mean)))
    size = xp.sum(xp.astype(tau <= falling, x[0].dtype), axis=-1, keepdims=True)
    support = x[0] >= _smallest_of(xp, falling, count, size)
    size = xp.sum(xp.astype(support, x[0].dtype), axis=-1, keepdims=True)
    tau = _smallest_of(xp, tau, count, size)

    # What rounding left over: sum (e - c)^2 = 1 for the errors e = x - tau, solved for c.
    e = _kept(xp, support, _difference(x, (tau, xp.zeros_like(tau))))
    square, low = two_product(xp, e[0], e[0])
    excess, below = _sum_of_two(xp, (square, low + 2.0 * e[0] * e[1]), -1.0)
    excess = excess + below
    slope = xp.sum(e[0], axis=-1, keepdims=True)
    root = xp.sqrt(xp.maximum(slope * slope - size * excess, xp.zeros_like(slope)))
    height = _difference(x, (tau, excess / (slope + root)))
    u = height[0] + height[1]
    p = xp.where(support & (u > 0.0), u * u, 0.0)
    return Cut(p, u, 2.0 * (tau + 1.0))


def _smallest_of(xp: Namespace, falling: Array, count: Array, size: Array) -> Array:
    """The entry number `size` of sorted rows."""
    picked = xp.where(count == size, falling, xp.zeros_like(falling))
    return xp.sum(picked, axis=-1, keepdims=True)


def _newton(xp: Namespace, d: Array, alpha: float) -> Array:
    """Newton's method on the r-norm of u, which is convex and falling: from the left, monotone.

    By convexity each step divides the product of residual and slope by 4 at least, so 60 steps
    are always enough; a handful usually is. (On sum p itself, uniform rows would be slow.)
    """
    level = xp.zeros_like(d[..., :1])
    for _ in range(60):
        total, slope = _totals(xp, d, level, alpha)
        log_total = xp.log(total)
        norm = xp.expm1((alpha - 1.0) * log_total)
        step = norm / ((alpha - 1.0) * slope * xp.exp((alpha - 2.0) * log_total))
        level = xp.maximum(level + step, level)
        if xp.__name__ == "numpy" and not xp.any(step > 1e-15 * level):
            break
    return level


def _bracketed_newton(xp: Namespace, d: Array, alpha: float) -> Array:
    """For alpha > 2, where an entry enters with infinite slope: Newton with bisection."""
    low = xp.zeros_like(d[..., :1])
    high = low + (1.0 - float(d.shape[-1]) ** (1.0 - alpha)) / (alpha - 1.0)
    level = low
    for iteration in range(120):
        total, slope = _totals(xp, d, level, alpha)
        low = xp.where(total >= 1.0, xp.maximum(low, level), low)
        high = xp.where(total <= 1.0, xp.minimum(high, level), high)
        step = level + (total - 1.0) / slope
        inside = (step > low) & (step < high)
        middle = 0.5 * (low + high)
        level = xp.where(inside, step, middle) if iteration % 3 else middle
        if xp.__name__ == "numpy" and not xp.any(high - low > 1e-15 * high):
            break
    return 0.5 * (low + high)


def _totals(xp: Namespace, d: Array, level: Array, alpha: float) -> tuple[Array, Array]:
    """The sum of p, and of p^(2 - alpha), at this lambda."""
    v = (alpha - 1.0) * (d - level)
    inside = v > -1.0
    logs = xp.log1p(xp.where(inside, v, xp.zeros_like(v))) / (alpha - 1.0)
    p = xp.where(inside, xp.exp(logs), 0.0)
    slopes = xp.where(inside, xp.exp((2.0 - alpha) * logs), 0.0)
    return xp.sum(p, axis=-1, keepdims=True), xp.sum(slopes, axis=-1, keepdims=True)


def _polished(xp: Namespace, d: Pair, level: Array, alpha: float) -> Cut:
    """Newton's last steps, with a residual that keeps its digits where one p is near 1."""
    rate = alpha - 1.0
    largest = xp.argmax(d[0], axis=-1, keepdims=True)
    top = xp.arange(d[0].shape[-1], dtype=largest.dtype) == largest
    low = xp.zeros_like(level)
    p, u = _powers(xp, d, (level, low), alpha)
    for _ in range(2):
        # 1 - p at the top, where d = 0, by itself if that p is near 1.
        peaked = xp.any(p > 0.5, axis=-1, keepdims=True)
        missing = -xp.expm1(xp.log1p(-rate * xp.where(peaked, level + low, 0.0)) / rate)
        missing = xp.where(peaked, missing, 1.0)
        others = xp.concat([xp.where(top & peaked, 0.0, p), -missing], axis=-1)
        safe = xp.where(p > 0.0, p, xp.ones_like(p))
        slopes = xp.where(p > 0.0, safe ** (2.0 - alpha), 0.0)
        residual = compensated_sum(xp, others)[..., None]
        low = low + residual / xp.sum(slopes, axis=-1, keepdims=True)
        p, u = _powers(xp, d, (level, low), alpha)
    return Cut(p, u, level + low)


def _powers(xp: Namespace, d: Pair, level: Pair, alpha: float) -> tuple[Array, Array]:
    """[u]_+^r and u, where neither the rounding of u nor of r is multiplied by r."""
    rate = alpha - 1.0
    w = _difference(d, level)
    product, error = two_product(xp, w[0], xp.full_like(w[0], rate))
    high, low = two_sum(product, xp.ones_like(product))
    low = low + (error + rate * w[1])
    inside = high > 0.0
    if rate < 2.0**-10:  # nearly exp(w): r log1p(w / r) = w + w (log1p(v) - v) / v, v = w / r
        v = xp.where(inside & (product != 0.0), product, -(2.0**-60))
        exponent, rounded = two_sum(w[0], w[0] * (log1pmx(xp, v) / v))
        power = xp.exp(xp.where(inside, exponent, 0.0))
        correction = rounded + w[1]
    else:
        base = xp.where(inside, high, xp.ones_like(high))
        r = 1.0 / rate
        r_low = float(1 / Fraction(rate) - Fraction(r))
        power = base**r
        correction = r * (low / base) + r_low * xp.log(base)
    return xp.where(inside, power + power * correction, 0.0), high + low


def _difference(a: Pair, b: Pair) -> Pair:
    """a - b as a sum of two."""
    high, low = two_sum(a[0], -b[0])
    return high, low + (a[1] - b[1])


def _kept(xp: Namespace, support: Array, a: Pair) -> Pair:
    return xp.where(support, a[0], 0.0), xp.where(support, a[1], 0.0)


def _sum_of_two(xp: Namespace, a: Pair, constant: float) -> Pair:
    """constant + the sum over the row, kept as one axis of length 1, as a sum of two."""
    one = xp.full_like(a[0][..., :1], constant)
    terms = xp.concat([a[0], a[1], one], axis=-1)
    high = compensated_sum(xp, terms)[..., None]
    return high, compensated_sum(xp, xp.concat([terms, -high], axis=-1))[..., None]
