"""f_k(x) = sum of x^m / m! up to m = k, the Taylor polynomial of exp, with two derivatives.

For even k it is positive, but for negative x it is a small sum of large terms of both signs. The
integral of exp(-t) (x + t)^k / k! is the same number, and Gauss and Laguerre's rule with k/2 + 1
nodes gives that integral exactly: a sum of terms that are never negative. Powers are carried with
their rounding errors, so the order does not show in the accuracy.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import lru_cache
from math import factorial
from typing import NamedTuple

from softgrad.arrays.exact import quotient_remainder, two_product, two_sum
from softgrad.arrays.laguerre import gauss_laguerre
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.signs import sign

Pair = tuple[Array, Array]


class TruncatedExponential(NamedTuple):
    """f_k = value * scale^k and its derivatives, relative to itself.

    Attributes:
        value, scale: the scale is 1 where x^k cannot overflow, |x| elsewhere.
        slope: f_(k-1) / f_k.
        bend: f_(k-2) / f_k.
        log_bend: bend - slope^2, the second derivative of log f_k, near 0 for small x.
    """

    value: Array
    scale: Array
    slope: Array
    bend: Array
    log_bend: Array


def truncated_exponential(xp: Namespace, x: Array, order: int) -> TruncatedExponential:
    """f_k and its derivatives f_(k-1) and f_(k-2) for an even order k >= 2 and finite x."""
    double = xp.finfo(x.dtype).bits > 32
    limit = 2.0 ** ((450.0 if double else 60.0) / order)
    large = xp.abs(x) > limit
    one = xp.ones_like(x)
    scale = xp.where(large, xp.abs(x), one)
    scaled = xp.where(large, sign(xp, x), x)

    # Beyond 2^60 nothing that a node's quotient rounds away can show.
    far = scale > 2.0**60
    moderate = xp.where(far, 2.0**60 * one, scale)

    zero = xp.zeros_like(x)
    sums: list[Pair] = [(zero, zero)] * 3
    for node, weights in _rule(order, double):
        shift, rounded = quotient_remainder(xp, node[0] * one, moderate)
        shift = xp.where(far, node[0] / scale, shift)
        high, low = two_sum(scaled, shift)
        base = (high, low + (rounded + node[1] / moderate))
        power = _power(xp, base, order - 2, one)
        for i in (2, 1, 0):
            term = _product(xp, power, (weights[i][0] * one, weights[i][1] * one))
            total, error = two_sum(sums[i][0], term[0])
            sums[i] = (total, sums[i][1] + (error + term[1]))
            if i:
                power = _product(xp, power, base)
    value, first, second = (high + low for high, low in sums)
    # f f'' - f'^2 with its rounding errors: near x = 0 nothing else would be left of it.
    outer, inner = _product(xp, sums[0], sums[2]), _product(xp, sums[1], sums[1])
    difference = (outer[0] - inner[0]) + (outer[1] - inner[1])
    return TruncatedExponential(
        value,
        scale,
        first / value / scale,
        second / value / scale / scale,
        difference / value / value / scale / scale,
    )


Split = tuple[float, float]


@lru_cache(maxsize=32)
def _rule(order: int, double: bool) -> tuple[tuple[Split, tuple[Split, Split, Split]], ...]:
    """Nodes t, and weights w / k!, w / (k-1)!, w / (k-2)!, each as a sum of two numbers."""
    with localcontext() as context:
        context.prec = 50
        first, second, third = (factorial(order - i) for i in range(3))
        return tuple(
            (
                _split(t, double),
                (_split(w / first, double), _split(w / second, double), _split(w / third, double)),
            )
            for t, w in gauss_laguerre(order // 2 + 1)
        )


def _split(number: Decimal, double: bool) -> Split:
    """`number` as a sum of two, each a float64 or a float32."""
    high = _rounded(number, double)
    return high, _rounded(number - Decimal(high), double)


def _rounded(number: Decimal, double: bool) -> float:
    from numpy import float32

    return float(number) if double else float(float32(float(number)))


def _power(xp: Namespace, base: Pair, exponent: int, one: Array) -> Pair:
    """base^exponent by squaring, as a sum of two."""
    result: Pair = (one, xp.zeros_like(one))
    while exponent:
        if exponent % 2:
            result = _product(xp, result, base)
        exponent //= 2
        if exponent:
            base = _product(xp, base, base)
    return result


def _product(xp: Namespace, a: Pair, b: Pair) -> Pair:
    """The product of two sums of two, but for the product of the low parts."""
    high, low = two_product(xp, a[0], b[0])
    return high, low + (a[0] * b[1] + a[1] * b[0])
