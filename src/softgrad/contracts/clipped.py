"""The family of functions that are z itself between two ends, and stay at an end beyond it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.elementwise import ElementWise
from softgrad.operators import DiagonalPlusLowRank


class Ends(NamedTuple):
    """The least and the largest output."""

    low: float
    high: float


class Clipped(ElementWise, ABC):
    """A file supplies the ends, low < high, and a domain that says the same.

    At both kinks the derivative is 0 (the subgradient of least norm). float32 goes through
    float64 on NumPy, for an end need not be a float32 number.
    """

    has_potential: ClassVar[bool] = True
    piecewise_linear: ClassVar[bool] = True

    @property
    @abstractmethod
    def ends(self) -> Ends:
        """Low and high."""

    @final
    def value(self, xp: Namespace, z: Array) -> Array:
        """z clipped to [low, high]."""
        return xp.minimum(xp.maximum(z, self.ends.low), self.ends.high)

    @final
    def first(self, xp: Namespace, z: Array) -> Array:
        """1 for low < z < high, else 0."""
        inside = (z > self.ends.low) & (z < self.ends.high)
        return xp.where(xp.isnan(z), z, xp.astype(inside, z.dtype))

    @final
    def second(self, xp: Namespace, z: Array) -> Array:
        """0."""
        return xp.where(xp.isnan(z), z, xp.zeros_like(z))

    @final
    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """(a - t)^2 / 2 + |z - a| |a - t|; infinite for t beyond an end."""
        a = self.value(xp, z)
        gap = xp.abs(a - t)
        outside = xp.where(z == a, 0.0, xp.abs(z - a))
        tail = xp.where((outside == 0.0) | (gap == 0.0), 0.0, outside * gap)
        beyond = (t < self.ends.low) | (t > self.ends.high)
        return xp.where(beyond, xp.inf, 0.5 * gap * gap + tail)

    @final
    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """1 for low < p < high, else 0."""
        return DiagonalPlusLowRank(self.first(xp, p))

    @final
    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import mpf

        return [min(mpf(self.ends.high), max(mpf(self.ends.low), x)) for x in z]
