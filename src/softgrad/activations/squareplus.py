"""Squareplus, (z + sqrt(z^2 + b)) / 2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.divergences import log_excess
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.signs import sign
from softgrad.contracts.domains import POSITIVE, Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.contracts.forms import Form, elementwise_form
from softgrad.contracts.parameters import parameter
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Squareplus(ElementWise):
    """a_i = (z_i + sqrt(z_i^2 + b)) / 2 > 0: softplus without exponentials.

    Smooth everywhere; about -(b / 4) / z far left. It is the inverse of t - (b / 4) / t, and the
    gradient of a^2 / 2 + (b / 4) log a.

    Args:
        b: > 0, how round the bend at 0 is. With 4 the curvature there is that of softplus, with
            4 log(2)^2 the value. (For 0 use `relu`.)

    Source: Barron 2021. For z < 0 it is (b / 2) / (sqrt(z^2 + b) - z), so nothing cancels.
    """

    name: ClassVar[str] = "squareplus"
    domain: ClassVar[Domain] = POSITIVE
    positive: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True

    b: float = parameter(4.0, low=0.0, open_low=True, examples=(0.25, 7.3))

    def value(self, xp: Namespace, z: Array) -> Array:
        """The larger root of a^2 - z a - b / 4; the product of the two is -b / 4."""
        larger = 0.5 * xp.abs(z) + 0.5 * self._root(xp, z)
        return xp.where(z < 0.0, 0.25 * self.b / larger, larger)

    def first(self, xp: Namespace, z: Array) -> Array:
        """a / sqrt(z^2 + b)."""
        root = self._root(xp, z)
        share = 0.25 * self.b / (0.5 * xp.abs(z) + 0.5 * root) / root
        return xp.where(z < 0.0, share, 1.0 - share)

    def second(self, xp: Namespace, z: Array) -> Array:
        """(b / 2) / (z^2 + b)^(3/2)."""
        root = self._root(xp, z)
        return 0.5 * self.b / root / root / root

    def log_form(self, xp: Namespace, z: Array) -> Form:
        """asinh(z / sqrt b) + log(b / 4) / 2, 1 / sqrt(z^2 + b), -z / (z^2 + b)^(3/2)."""

        def second() -> Array:
            root = self._root(xp, z)
            sine = xp.where(xp.isinf(z), sign(xp, z), z / xp.where(xp.isinf(z), 1.0, root))
            return -sine / root / root

        height = 0.5 * xp.log(0.25 * self.b * xp.ones_like(z))
        value = xp.asinh(z / self._width(xp, z)) + height
        return elementwise_form(value, lambda: 1.0 / self._root(xp, z), second)

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """(a - t)^2 / 2 + (b / 4) (r - 1 - log r) with r = t / a; infinite for t <= 0."""
        a = self.value(xp, z)
        aim = xp.where(t > 0.0, t, 1.0)
        difference = aim - a
        bent = 0.25 * self.b * log_excess(xp, aim / a, difference / a)
        value = 0.5 * difference * difference + bent
        return xp.where((t <= 0.0) | xp.isinf(z), xp.inf, xp.where(t != t, t, value))

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """p / (p + (b / 4) / p), by the smaller of p / w and w / p with w = sqrt(b) / 2."""
        scaled = 2.0 * p / self._width(xp, p)
        small = xp.where(scaled > 1.0, 1.0 / scaled, scaled)
        share = small * small / (1.0 + small * small)
        return DiagonalPlusLowRank(xp.where(scaled > 1.0, 1.0 - share, share))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import sqrt

        return [(x + sqrt(x * x + self.b)) / 2 for x in z]

    def _root(self, xp: Namespace, z: Array) -> Array:
        """sqrt(z^2 + b) without overflow."""
        return xp.hypot(z, self._width(xp, z))

    def _width(self, xp: Namespace, z: Array) -> Array:
        return xp.sqrt(self.b * xp.ones_like(z))
