"""Error-free transformations: the rounding error of a sum, product or quotient as a second array.

``a + b`` in floating point is ``s``; what was rounded away is again a floating-point number, and
a few more additions find it (Knuth 1969, Dekker 1971; Ogita, Rump and Oishi 2005 collect the
proofs). No fused multiply-add is needed, and none does harm: each product whose error matters
here is exact in itself, so a compiler that contracts ``a * b + c`` changes no bit. Arguments are
finite, and results do not overflow, unless a docstring says more.
"""

from __future__ import annotations

import math

import numpy as np

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


@np.errstate(invalid="ignore")
def compensated_sum(xp: Namespace, x: Array, axis: int = -1) -> Array:
    """Sum over ``axis`` in twice the working precision, rounded once: 0.5 ULP without cancellation.

    NaN, and infinities of both signs, give NaN; infinities of one sign give that infinity. An
    empty axis gives 0.
    """
    terms = x if axis == -1 else xp.moveaxis(x, axis, -1)
    if terms.shape[-1] == 0:
        return xp.sum(terms, axis=-1)
    finite = xp.isfinite(terms)
    high, low = long_sum(xp, xp.where(finite, terms, 0.0))
    others = xp.sum(xp.where(finite, 0.0, terms), axis=-1)
    return xp.where(others == 0.0, (high + low)[..., 0], others)


def long_sum(xp: Namespace, x: Array) -> tuple[Array, Array]:
    """The sum over the last axis, kept, of finite numbers, as a sum of two numbers.

    Adding an anchor and taking it off again rounds each number to a multiple of half the anchor's
    last place. With an anchor of 2 n max |x| these multiples add up exactly, in any order; what
    was rounded off has the next, smaller anchor, and so on to twice the working precision and
    some bits more (Rump, Ogita and Oishi 2008). All sums are the framework's own, which compilers
    fuse with what is around them.
    """
    n = x.shape[-1]
    eps = float(xp.finfo(x.dtype).eps)
    largest = xp.max(xp.abs(x), axis=-1, keepdims=True)
    # Exact, and so that no anchor overflows.
    scale = xp.where(largest > 1.0, 2.0 ** -math.ceil(math.log2(4 * n)), xp.ones_like(largest))
    rest, anchor = x * scale, largest * scale * (2.0 * n)
    bits_of_a_level = max(2.0, -math.log2(2.0 * n * eps))
    high, low = None, xp.zeros_like(largest)
    for _ in range(math.ceil((6.0 - 2.0 * math.log2(eps)) / bits_of_a_level)):
        part = (rest + anchor) - anchor
        total = xp.sum(part, axis=-1, keepdims=True)
        rest = rest - part
        anchor = anchor * (n * eps)
        if high is None:
            high = total
            continue
        high, error = two_sum(high, total)
        low = low + error
    high, error = two_sum(high, low + xp.sum(rest, axis=-1, keepdims=True))
    return high / scale, error / scale
