"""The Gaussian error linear unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.exact import two_product, two_sum
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.scaled import logistic_slope_times, logistic_times, normal_pdf_times
from softgrad.arrays.special import logistic, mills_excess, normal_cdf
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.contracts.parameters import choice

# 2 sqrt(2 / pi), 0.044715 times it and three times that, each as two numbers.
_LINEAR = (1.5957691216057308, -9.96930880911092e-17)
_CUBIC = (0.07135481627260025, -6.175149918155315e-19)
_CUBIC_3 = (0.21406444881780073, 1.2025242832367862e-17)


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class GELU(ElementWise):
    """a_i = z_i Phi(z_i), with Phi the normal distribution function.

    Smooth everywhere, and not monotone: its minimum is -0.17 at z = -0.7518, so it is the
    gradient of no convex potential.

    Args:
        approximate: True for z / (1 + exp(-y)), y = 2 sqrt(2 / pi) (z + 0.044715 z^3), the form
            that many models were trained with: (z / 2) (1 + tanh(y / 2)).

    Source: Hendrycks and Gimpel 2016.
    """

    name: ClassVar[str] = "gelu"
    domain: ClassVar[Domain] = REAL

    approximate: bool = choice(False, examples=(True,))

    def value(self, xp: Namespace, z: Array) -> Array:
        """z Phi(z), or z p with p = 1 / (1 + exp(-y))."""
        if self.approximate:
            x, y, low = _argument(xp, z)
            return xp.where(z > x, z, logistic_times(xp, y, low, x))
        x = xp.maximum(z, -_FAR)
        size = xp.abs(xp.minimum(x, 0.0))
        left = normal_pdf_times(xp, size, -size / (size + mills_excess(xp, size)))
        return xp.where(z < 0.0, left, z * normal_cdf(xp, z))

    def first(self, xp: Namespace, z: Array) -> Array:
        """Phi + z phi, or p (1 + z y' q)."""
        if self.approximate:
            x, y, low = _argument(xp, z)
            return logistic_times(xp, y, low, 1.0 + x * _slope(x) * logistic(xp, -y))
        x = xp.clip(z, -_FAR, _FAR)
        size = xp.abs(x)
        # Phi = phi / (|z| + g) left of 0, with g the excess of the Mills ratio.
        left = normal_pdf_times(xp, size, 1.0 / (size + mills_excess(xp, size)) - size)
        return xp.where(z < 0.0, left, normal_cdf(xp, z) + normal_pdf_times(xp, size, size))

    def second(self, xp: Namespace, z: Array) -> Array:
        """phi (2 - z^2), or p q (2 y' + z y'' - z y'^2 tanh(y / 2))."""
        if self.approximate:
            x, y, low = _argument(xp, z)
            # The terms cancel: y' in two numbers, and |tanh| as 1 less twice the smaller of p, q.
            slope, slope_low = _long_slope(xp, x)
            square, square_low = two_product(xp, slope, slope)
            steep = square + (2.0 * slope * slope_low + square_low)
            small = xp.exp(-xp.abs(y))
            tangent = xp.copysign(1.0 - 2.0 * (small / (1.0 + small)), y)
            bend = 6.0 * _CUBIC[0] * x - steep * tangent
            return logistic_slope_times(xp, y, low, 2.0 * slope + x * bend)
        x = xp.clip(z, -_FAR, _FAR)
        square, error = two_product(xp, x, x)
        return normal_pdf_times(xp, x, (2.0 - square) - error)

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import erfc, mpf, pi, sqrt, tanh

        if self.approximate:
            cubic = mpf("0.044715")
            return [x / 2 * (1 + tanh(sqrt(2 / pi) * (x + cubic * x**3))) for x in z]
        return [x / 2 * erfc(-x / sqrt(2)) for x in z]


_FAR = 50.0  # exp(-50^2 / 2) is 0


def _argument(xp: Namespace, z: Array) -> tuple[Array, Array, Array]:
    """z kept within +-50, y = 2 sqrt(2 / pi) (z + 0.044715 z^3), and what rounding y lost.

    exp(y) would magnify that loss by |y|.
    """
    x = xp.clip(z, -_FAR, _FAR)
    square, square_low = two_product(xp, x, x)
    inner, inner_low = two_product(xp, square, _CUBIC[0] * xp.ones_like(x))
    inner_low = inner_low + (square_low * _CUBIC[0] + square * _CUBIC[1])
    factor, factor_low = two_sum(inner, _LINEAR[0] * xp.ones_like(x))
    factor_low = factor_low + (inner_low + _LINEAR[1])
    y, low = two_product(xp, factor, x)
    return x, y, low + factor_low * x


def _long_slope(xp: Namespace, x: Array) -> tuple[Array, Array]:
    """The derivative of y by z, and what rounding took from it."""
    square, square_low = two_product(xp, x, x)
    inner, inner_low = two_product(xp, square, _CUBIC_3[0] * xp.ones_like(x))
    inner_low = inner_low + (square_low * _CUBIC_3[0] + square * _CUBIC_3[1])
    slope, slope_low = two_sum(inner, _LINEAR[0] * xp.ones_like(x))
    return slope, slope_low + (inner_low + _LINEAR[1])


def _slope(x: Array) -> Array:
    """y' = 2 sqrt(2 / pi) (1 + 3 * 0.044715 x^2)."""
    return _LINEAR[0] + _CUBIC_3[0] * x * x
