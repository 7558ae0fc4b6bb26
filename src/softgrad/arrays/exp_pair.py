"""exp(z) to about twice the working precision, for functions that exponentiate it again."""

from __future__ import annotations

from math import factorial

from softgrad.arrays.exact import two_product, two_sum
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import polynomial

_HALVINGS = 10
_TAIL = tuple(1.0 / factorial(k) for k in range(3, 11))


def exp_pair(xp: Namespace, z: Array) -> tuple[Array, Array]:
    """(w, low) with w + low = exp(z) to 1e-19 relative in float64, for |z| <= 7.

    The rounding error of w = exp(z) is a factor exp(-low) of exp(-w), w / 2 units in the last
    place. Here expm1(z / 1024) is a short series with its first two terms exact, and squared ten
    times as (1 + E)^2 - 1 = 2 E + E^2.
    """
    r = z * 0.5**_HALVINGS
    square, error = two_product(xp, r, r)
    cubic = (r * square) * polynomial(r, _TAIL)
    high, low = two_sum(r, 0.5 * square)
    high, low = two_sum(high, low + (0.5 * error + cubic))
    for _ in range(_HALVINGS):
        square, error = two_product(xp, high, high)
        total, lost = two_sum(2.0 * high, square)
        low = 2.0 * low + (2.0 * high * low + (error + lost))
        high, low = two_sum(total, low)
    total, lost = two_sum(xp.ones_like(high), high)
    return two_sum(total, lost + low)
