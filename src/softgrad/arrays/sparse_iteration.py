"""The cut of alpha-entmax where it has no closed form, by Newton's method.

Below alpha = 2 for lambda = c + r >= 0, on a norm of u = 1 + (alpha - 1)(d - lambda). Above, an
entry enters the support with infinite slope, and a p of 0.01 may be 1e-198 above the cut, which is
no number to compute with then: there the unknown is the smallest probability of the support.
"""

from __future__ import annotations

from fractions import Fraction

from softgrad.arrays.exact import compensated_sum, two_difference, two_product, two_sum
from softgrad.arrays.logs import log1pmx
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.places import first_largest, places

Pair = tuple[Array, Array]

# Of these convex functions each step divides the product of residual and slope by 4 at least, so
# that so many are always enough; a handful usually is.
_STEPS = 60
# Below alpha = 2, where a graph has them all: over 16 alphas and rows of up to 20,000 entries that
# are normal, tied, or as near the cut as rounding lets them be, the most that any row took was 12.
_GENTLE_STEPS = 24


def gentle_cut(xp: Namespace, d: Pair, alpha: float) -> tuple[Array, Pair]:
    """p and c for 1 < alpha < 2, of d = z - max z, which may be -inf."""
    off = d[0] == -xp.inf
    below = xp.full_like(d[0], -2.0 / (alpha - 1.0))
    d = xp.where(off, below, d[0]), xp.where(off, xp.zeros_like(below), d[1])
    p, (high, low) = _polished(xp, d, _newton(xp, d[0], alpha), alpha)
    r, r_low = _reciprocal(alpha - 1.0)
    level, rest = two_sum(high, xp.full_like(high, -r))
    return p, (level, rest + (low - r_low))


def _reciprocal(rate: float) -> tuple[float, float]:
    r = 1.0 / rate
    return r, float(1 / Fraction(rate) - Fraction(r))


def _newton(xp: Namespace, d: Array, alpha: float) -> Array:
    """Newton's method on the r-norm of u, which is convex and falling: from the left, monotone.

    (On sum p itself, uniform rows would be slow.)
    """
    level = xp.zeros_like(d[..., :1])
    for _ in range(_GENTLE_STEPS):
        v = (alpha - 1.0) * (d - level)
        inside = v > -1.0
        logs = xp.log1p(xp.where(inside, v, xp.zeros_like(v))) / (alpha - 1.0)
        total = xp.sum(xp.where(inside, xp.exp(logs), 0.0), axis=-1, keepdims=True)
        slopes = xp.where(inside, xp.exp((2.0 - alpha) * logs), 0.0)
        log_total = xp.log(total)
        norm = xp.expm1((alpha - 1.0) * log_total)
        slope = xp.sum(slopes, axis=-1, keepdims=True) * xp.exp((alpha - 2.0) * log_total)
        step = norm / ((alpha - 1.0) * slope)
        level = xp.maximum(level + step, level)
        if xp.__name__ == "numpy" and not xp.any(step > 1e-15 * level):
            break
    return level


def _polished(xp: Namespace, d: Pair, level: Array, alpha: float) -> tuple[Array, Pair]:
    """Newton's last steps, with a residual that keeps its digits where one p is near 1."""
    rate = alpha - 1.0
    top = first_largest(xp, d[0])
    low = xp.zeros_like(level)
    p = _powers(xp, d, (level, low), alpha)
    for _ in range(6):
        # 1 - p at the top, where d = 0, by itself if that p is near 1.
        peaked = xp.any(p > 0.5, axis=-1, keepdims=True)
        missing = -xp.expm1(xp.log1p(-rate * xp.where(peaked, level + low, 0.0)) / rate)
        missing = xp.where(peaked, missing, 1.0)
        others = xp.concat([xp.where(top & peaked, 0.0, p), -missing], axis=-1)
        safe = xp.where(p > 0.0, p, xp.ones_like(p))
        slopes = xp.where(p > 0.0, safe ** (2.0 - alpha), 0.0)
        residual = compensated_sum(xp, others)[..., None]
        step = residual / xp.sum(slopes, axis=-1, keepdims=True)
        low = low + step
        p = _powers(xp, d, (level, low), alpha)
        if xp.__name__ == "numpy" and not xp.any(xp.abs(step) > 2.0**-50 * (level + low)):
            break
    return p, (level, low)


def _powers(xp: Namespace, d: Pair, level: Pair, alpha: float) -> Array:
    """[u]_+^r, where neither the rounding of u nor of r is multiplied by r."""
    rate = alpha - 1.0
    high, low = two_sum(d[0], -level[0])
    w = high, low + (d[1] - level[1])
    product, error = two_product(xp, w[0], xp.full_like(w[0], rate))
    high, low = two_sum(product, xp.ones_like(product))
    high, low = two_sum(high, low + (error + rate * w[1]))
    inside = high > 0.0
    if rate < 2.0**-10:  # nearly exp(w): r log1p(w / r) = w + w (log1p(v) - v) / v, v = w / r
        v = xp.where(inside & (product != 0.0), product, -(2.0**-60))
        exponent, rounded = two_sum(w[0], w[0] * (log1pmx(xp, v) / v))
        power = xp.exp(xp.where(inside, exponent, 0.0))
        return xp.where(inside, power + power * (rounded + w[1]), 0.0)
    return xp.where(inside, _root(xp, (xp.where(inside, high, xp.ones_like(high)), low), rate), 0.0)


def _root(xp: Namespace, u: Pair, rate: float) -> Array:
    """u^(1 / rate) for u > 0 as a sum of two."""
    r, r_low = _reciprocal(rate)
    power = u[0] ** r
    return power + power * (r * (u[1] / u[0]) + r_low * xp.log(u[0]))


def steep_cut(xp: Namespace, z: Array, top: Array, alpha: float) -> tuple[Array, Pair]:
    """p and c for alpha > 2, of logits that are finite or -inf, `top` the largest.

    With the lowest logit z_m of the support and v = p_m, p_i = (rate (z_i - z_m) + v^rate)^r, where
    z_i - z_m loses nothing; sum p_i = 1 is an equation in v that is convex, with slopes
    (v / p_i)^(rate - 1) from 1 on: Newton's method finds v from the right.
    """
    rate = alpha - 1.0
    ties = xp.sum(xp.astype(z == top, z.dtype), axis=-1, keepdims=True)
    lowest = _lowest_of_support(xp, z, top, ties, rate)
    is_lowest, higher = z == lowest, z > lowest
    size = xp.sum(xp.astype(z >= lowest, z.dtype), axis=-1, keepdims=True)
    distance = _times(xp, two_difference(xp.where(higher, z, lowest), lowest), rate)

    def at(v: Array) -> tuple[Array, Array, Array]:
        """p, v^rate, and by how much v is too large to first order."""
        positive = xp.where(v > 0.0, v, xp.ones_like(v))
        power = xp.where(v > 0.0, positive**rate, 0.0)
        u, low = two_sum(distance[0], power)
        base = xp.where(higher, u, xp.ones_like(u))
        root = _root(xp, (base, xp.where(higher, low + distance[1], 0.0)), rate)
        p = xp.where(is_lowest, v, xp.where(higher, root, 0.0))
        slopes = xp.where(higher, (power / positive) * (p / base), xp.zeros_like(p))
        slope = xp.sum(xp.where(is_lowest, xp.ones_like(p), slopes), axis=-1, keepdims=True)
        return p, power, _excess(xp, z, p, top, ties, lowest, power, rate) / slope

    v = 1.0 / size  # the least p is at most this
    p, power, step = at(v)
    for _ in range(_STEPS):
        # A difference of v has no digits of a much smaller root: it is come to in steps.
        after = xp.maximum(v - step, 2.0**-20 * v)
        falls = after < v
        if xp.__name__ == "numpy" and not xp.any(falls):
            break
        v = xp.where(falls, after, v)
        p, power, step = at(v)
    v = xp.maximum(v - step, 2.0**-20 * v)  # from where rounding has put it left of the root
    p, power, _ = at(v)
    high, low = two_difference(lowest, top)
    level, rest = two_sum(high, -power / rate)
    return p, (level, rest + low)


def _lowest_of_support(xp: Namespace, z: Array, top: Array, ties: Array, rate: float) -> Array:
    """An entry is in the support if with the cut at this entry the others add up to less than 1."""
    n = z.shape[-1]
    falling, number = -xp.sort(-z, axis=-1), places(xp, n, z, z.dtype, start=1)
    inside, outside = xp.ones_like(top), xp.full_like(top, float(n + 1))
    for _ in range(n.bit_length()):
        middle = xp.floor(0.5 * (inside + outside))
        probe = xp.sum(xp.where(number == middle, falling, 0.0), axis=-1, keepdims=True)
        known = probe > -xp.inf
        probe = xp.where(known, probe, top)
        higher = z > probe
        distance = rate * xp.where(higher, z - probe, xp.ones_like(z))
        p = xp.where(higher, distance ** (1.0 / rate), 0.0)
        zero = xp.zeros_like(top)
        belongs = known & (_excess(xp, z, p, top, ties, probe, zero, rate) < 0.0)
        inside = xp.where(belongs, middle, inside)
        outside = xp.where(belongs, outside, middle)
    return xp.sum(xp.where(number == inside, falling, 0.0), axis=-1, keepdims=True)


def _excess(
    xp: Namespace,
    z: Array,
    p: Array,
    top: Array,
    ties: Array,
    lowest: Array,
    power: Array,
    rate: float,
) -> Array:
    """sum p - 1, where the largest entry's 1 - p is taken by itself.

    Where that entry is nearly all, the others are as small as what they must add up to.
    """
    high, low = _times(xp, two_difference(top, lowest), rate)
    u = high + power
    below_one = ((1.0 - high) - low) - power
    near = xp.log1p(-xp.where(u > 0.5, below_one, xp.zeros_like(u)))
    far = xp.log(xp.where((u > 0.5) | (u == 0.0), xp.ones_like(u), u))
    logarithm = xp.where(u > 0.5, near, far) / rate
    missing = xp.where(u == 0.0, xp.ones_like(u), -xp.expm1(logarithm))
    share = xp.where(u == 0.0, xp.zeros_like(u), xp.exp(logarithm))
    others = xp.where(z < top, p, xp.zeros_like(p))
    terms = xp.concat([others, (ties - 1.0) * share, -missing], axis=-1)
    return compensated_sum(xp, terms)[..., None]


def _times(xp: Namespace, a: Pair, factor: float) -> Pair:
    product, error = two_product(xp, a[0], xp.full_like(a[0], factor))
    return product, error + factor * a[1]
