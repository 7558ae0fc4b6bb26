"""Error-free transformations: the rounding error of a sum, a product or a quotient, as a second array.

``a + b`` in floating point is ``s``; what was rounded away is again a floating-point number, and a few more
additions find it (Knuth 1969, Dekker 1971; Ogita, Rump and Oishi 2005 collect the proofs). No fused multiply-add
is needed, and none does harm: each product whose error matters here is exact in itself, so a compiler that
contracts ``a * b + c`` changes no bit. Finite arguments only, unless a docstring says more.
"""

import math
from typing import cast

from softgrad.arrays.namespaces import Array, Namespace


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """(s, e) with s = fl(a + b) and s + e = a + b exactly, whatever the order of magnitude of a and b."""
    total = a + b
    of_b = total - a
    return total, (a - (total - of_b)) + (b - of_b)


def two_difference(a: Array, b: Array) -> tuple[Array, Array]:
    """(s, e) with s = fl(a - b) and s + e = a - b exactly."""
    difference = a - b
    of_b = difference - a
    return difference, (a - (difference - of_b)) - (b + of_b)


def split(xp: Namespace, a: Array) -> tuple[Array, Array]:
    """(high, low) with high + low = a exactly, each short enough that products of halves are exact.

    Veltkamp's splitting, in the form fl(a + 2^s a) - 2^s a: there 2^s a is exact, so that a contraction to a fused
    multiply-add changes nothing (the usual (2^s + 1) a - ((2^s + 1) a - a) would then return a itself).
    For |a| < 2^-s max: 2^115 in float32, 2^996 in float64.
    """
    shifted = a * 2.0 ** _bits_of_low_half(xp, a)
    high = (a + shifted) - shifted
    return high, a - high


def _bits_of_low_half(xp: Namespace, a: Array) -> int:
    """Half of the significand's bits: 12 of 24 in float32, 27 of 53 in float64."""
    return (1 - round(math.log2(float(xp.finfo(a.dtype).eps))) + 1) // 2


def two_product(xp: Namespace, a: Array, b: Array) -> tuple[Array, Array]:
    """(p, e) with p = fl(a b) and p + e = a b (Dekker 1971), exactly while no partial product is subnormal.

    The arguments must be in the range of ``split``, and a b must not overflow.
    """
    product = a * b
    a_high, a_low = split(xp, a)
    b_high, b_low = split(xp, b)
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def quotient_remainder(xp: Namespace, a: Array, b: Array) -> tuple[Array, Array]:
    """(q, r) with q = fl(a / b) and q + r = a / b to twice the working precision; q and b in the range of ``split``.

    The remainder a - q b is exact; dividing it by b rounds once more.
    """
    quotient = a / b
    product, error = two_product(xp, quotient, b)
    return quotient, ((a - product) - error) / b


def compensated_sum(xp: Namespace, x: Array, axis: int = -1) -> Array:
    """Sum over ``axis`` as if in twice the working precision, rounded once (0.5 ULP unless cancellation eats 1 / eps).

    Neighbouring halves are added pairwise by ``two_sum`` and the errors summed beside them, so there is no loop over
    entries: log2(n) array operations. Where the plain sum is NaN or infinite, or an intermediate sum overflows, the
    result is that plain sum's. An empty axis gives 0.
    """
    high = xp.moveaxis(x, axis, -1)
    if high.shape[-1] == 0:
        return xp.sum(x, axis=axis)
    finite = xp.isfinite(high)
    plain = xp.sum(
        xp.where(finite, 0.0, high), axis=-1
    )  # 0, or what the non-finite entries add up to
    high = xp.where(finite, high, 0.0)
    low = xp.zeros_like(high)
    while (n := cast("int", high.shape[-1])) > 1:
        half = n // 2
        total, error = two_sum(high[..., :half], high[..., half : 2 * half])
        error = error + (low[..., :half] + low[..., half : 2 * half])
        if n % 2:  # the entry left over joins the next round
            total = xp.concat([total, high[..., -1:]], axis=-1)
            error = xp.concat([error, low[..., -1:]], axis=-1)
        high, low = total, error
    return (high[..., 0] + low[..., 0]) + plain
