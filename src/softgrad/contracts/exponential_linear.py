"""The family of functions that are linear on the right and exponential on the left."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, final

from softgrad.arrays.exact import quotient_remainder
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.scaled import exp_times, expm1_of_sum
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.contracts.relative_entropy import relative_entropy_terms
from softgrad.operators import DiagonalPlusLowRank


class Shape(NamedTuple):
    """slope * z for z >= 0, depth * (exp(z / width) - 1) below."""

    slope: float
    depth: float
    width: float


class ExponentialLinear(ElementWise, ABC):
    """A file supplies the shape: slope on the right, depth and width of the exponential.

    At 0 the derivative is the smaller of its two sides where they differ (the subgradient of
    least norm), and the second derivative 0.
    """

    domain: ClassVar[Domain] = REAL
    has_potential: ClassVar[bool] = True

    @property
    @abstractmethod
    def shape(self) -> Shape:
        """Slope, depth and width."""

    @abstractmethod
    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition in mpmath, for one row."""

    @final
    def value(self, xp: Namespace, z: Array) -> Array:
        """Slope z, or depth expm1(z / width)."""
        s = self.shape
        x, low = self._scaled(xp, z)
        left = s.depth * expm1_of_sum(xp, x, low)
        return xp.where(z < 0.0, left, s.slope * z)

    @final
    def first(self, xp: Namespace, z: Array) -> Array:
        """Slope, or (depth / width) exp(z / width)."""
        s = self.shape
        edge = s.depth / s.width
        one = xp.ones_like(z)
        right = xp.where(z > 0.0, s.slope * one, min(s.slope, edge))
        return self._sides(xp, z, edge, right)

    @final
    def second(self, xp: Namespace, z: Array) -> Array:
        """0, or (depth / width^2) exp(z / width)."""
        s = self.shape
        return self._sides(xp, z, s.depth / s.width / s.width, xp.zeros_like(z))

    @final
    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """A parabola of the positive parts, a relative entropy of the negative ones, -t z across.

        With p = exp(z / width) and s = 1 + t / depth for the negative parts of z and t, it is
        depth * width * (s log(s / p) - s + p). Infinite for t < -depth.
        """
        s = self.shape
        z_right, z_left = xp.maximum(z, 0.0), xp.minimum(z, 0.0)
        t_right, t_left = xp.maximum(t, 0.0), xp.minimum(t, 0.0)
        x, _ = self._scaled(xp, z_left)
        p = xp.exp(x)
        difference = t_left / s.depth - xp.expm1(x)
        left = relative_entropy_terms(
            xp, xp.maximum(1.0 + t_left / s.depth, 0.0), p, z_left / s.width, difference
        )
        gap = s.slope * z_right - t_right
        across = xp.where(t_right > 0.0, -t_right * z_left, xp.zeros_like(z))
        across = across + xp.where(t_left < 0.0, -t_left * z_right, xp.zeros_like(z))
        value = 0.5 * gap * (gap / s.slope) + s.depth * s.width * left + across
        return xp.where(t < -s.depth, xp.inf, value)

    @final
    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """Slope, or (p + depth) / width."""
        s = self.shape
        edge = min(s.slope, s.depth / s.width)
        right = xp.where(p > 0.0, s.slope * xp.ones_like(p), edge)
        side = xp.where(p < 0.0, (p + s.depth) / s.width, right)
        return DiagonalPlusLowRank(xp.where(xp.isnan(p), p, side))

    @final
    def _sides(self, xp: Namespace, z: Array, edge: float, right: Array) -> Array:
        x, low = self._scaled(xp, z)
        left = exp_times(xp, x, edge * (1.0 + low))
        return xp.where(xp.isnan(z), z, xp.where(z < 0.0, left, right))

    @final
    def _scaled(self, xp: Namespace, z: Array) -> tuple[Array, Array]:
        """z / width for z < 0 and what the division rounded away, which exp would magnify."""
        width = self.shape.width
        inner = xp.minimum(xp.maximum(z, -1000.0 * width), 0.0)  # exp(-1000) is 0
        if width == 1.0:
            return inner, xp.zeros_like(inner)
        return quotient_remainder(xp, inner, width * xp.ones_like(inner))
