"""Error-free transformations: the rounding error of a sum, product or quotient as a second array.

``a + b`` in floating point is ``s``; what was rounded away is again a floating-point number, and
a few more additions find it (Knuth 1969, Dekker 1971; Ogita, Rump and Oishi 2005 collect the
proofs). No fused multiply-add is needed, and none does harm: each product whose error matters
here is exact in itself, so a compiler that contracts ``a * b + c`` changes no bit. Arguments are
finite, and results do not overflow, unless a docstring says more.
"""

from __future__ import annotations

import math

from softgrad.arrays.namespaces import Array, Namespace


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """(s, e) with s = fl(a + b) and s + e = a + b exactly, whichever of a and b is larger."""
    total = a + b
    of_b = total - a
    return total, (a - (total - of_b)) + (b - of_b)


def two_difference(a: Array, b: Array) -> tuple[Array, Array]:
    """(s, e) with s = fl(a - b) and s + e = a - b exactly."""
    difference = a - b
    of_b = difference - a
    return difference, (a - (difference - of_b)) - (b + of_b)


def exact_difference(xp: Namespace, a: Array, b: Array) -> tuple[Array, Array]:
    """`two_difference` of any numbers: where a - b is none, or infinite, e is 0.

    For comparisons of a - b with a bound: near it fl(a - b) may be on the wrong side.
    """
    difference, error = two_difference(a, b)
    return difference, xp.where(xp.isfinite(difference), error, xp.zeros_like(error))


def split(xp: Namespace, a: Array) -> tuple[Array, Array]:
    """(high, low) with high + low = a exactly, each short enough that products of halves are exact.

    Veltkamp's splitting, with (2^s + 1) a as a + 2^s a: 2^s a is exact, so that contraction to a
    fused multiply-add changes nothing (from the product itself, c - a would become 2^s a exactly,
    and the high half would be a). For |a| < 2^-s max: 2^115 in float32, 2^996 in float64.
    """
    c = a + a * 2.0 ** _bits_of_low_half(xp, a)
    high = c - (c - a)
    return high, a - high


def _bits_of_low_half(xp: Namespace, a: Array) -> int:
    """Half of the significand's bits, rounded up: 12 of 24 in float32, 27 of 53 in float64."""
    bits = 1 - round(math.log2(float(xp.finfo(a.dtype).eps)))
    return (bits + 1) // 2


def two_product(xp: Namespace, a: Array, b: Array) -> tuple[Array, Array]:
    """(p, e) with p = fl(a b) and p + e = a b exactly, while no partial product is subnormal.

    Dekker's product. Both arguments must be in the range of ``split``.
    """
    product = a * b
    a_high, a_low = split(xp, a)
    b_high, b_low = split(xp, b)
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def quotient_remainder(xp: Namespace, a: Array, b: Array) -> tuple[Array, Array]:
    """(q, r) with q = fl(a / b) and q + r = a / b to twice the working precision.

    The remainder a - q b is exact, and dividing it by b rounds once more. q and b must be in the
    range of ``split``.
    """
    quotient = a / b
    product, error = two_product(xp, quotient, b)
    return quotient, ((a - product) - error) / b


def compensated_sum(xp: Namespace, x: Array, axis: int = -1) -> Array:
    """Sum over ``axis`` in twice the working precision, rounded once: 0.5 ULP without cancellation.

    Halves are added by ``two_sum`` and the errors summed beside them, so there is no loop over
    entries: log2(n) array operations. NaN, and infinities of both signs, give NaN; infinities of
    one sign give that infinity. An empty axis gives 0.
    """
    terms = x if axis == -1 else xp.moveaxis(x, axis, -1)
    if terms.shape[-1] == 0:
        return xp.sum(terms, axis=-1)
    high = xp.where(xp.isfinite(terms), terms, 0.0)
    low = xp.zeros_like(high)
    while (n := high.shape[-1]) > 1:
        half = n // 2
        total, error = two_sum(high[..., :half], high[..., half : 2 * half])
        error = error + (low[..., :half] + low[..., half : 2 * half])
        if n % 2:  # the entry left over joins the next round
            total = xp.concat([total, high[..., -1:]], axis=-1)
            error = xp.concat([error, low[..., -1:]], axis=-1)
        high, low = total, error
    finite = high[..., 0] + low[..., 0]

    upward = xp.any(terms == xp.inf, axis=-1)
    downward = xp.any(terms == -xp.inf, axis=-1)
    unknown = xp.any(xp.isnan(terms), axis=-1) | (upward & downward)
    value = xp.where(upward, xp.inf, xp.where(downward, -xp.inf, finite))
    return xp.where(unknown, xp.nan, value)
