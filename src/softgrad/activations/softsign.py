"""Softsign, z / (1 + |z|)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.divergences import log_excess
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.signs import sign
from softgrad.arrays.special import log1pmx
from softgrad.contracts.domains import Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Softsign(ElementWise):
    """a_i = z_i / (1 + |z_i|), with derivative 1 / (1 + |z_i|)^2.

    The second derivative jumps at 0, where it is taken as 0. It is the gradient of
    |z| - log(1 + |z|); the conjugate of that is -|t| - log(1 - |t|), for |t| < 1.

    Source: Bergstra et al. 2009.
    """

    name: ClassVar[str] = "softsign"
    domain: ClassVar[Domain] = Domain("values", "values", -1.0, 1.0, has_low=True)
    has_potential: ClassVar[bool] = True

    def value(self, xp: Namespace, z: Array) -> Array:
        """z / (1 + |z|), 1 at infinity."""
        size = xp.minimum(xp.abs(z), float(xp.finfo(z.dtype).max))
        return xp.copysign(size / (1.0 + size), z)

    def first(self, xp: Namespace, z: Array) -> Array:
        """1 / (1 + |z|)^2."""
        r = 1.0 / (1.0 + xp.abs(z))
        return r * r

    def second(self, xp: Namespace, z: Array) -> Array:
        """-2 sign(z) / (1 + |z|)^3."""
        r = 1.0 / (1.0 + xp.abs(z))
        return -2.0 * sign(xp, z) * r * r * r

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """x - log(1 + x) with 1 + x = (1 + |z|) (1 - |t|) on one side of 0; infinite for |t| >= 1.

        On two sides the potential, its conjugate and -t z are each non-negative.
        """
        size, aim = xp.abs(z), xp.abs(t)
        inside = xp.where(aim < 1.0, aim, 0.0)
        left = 1.0 - inside
        same = log_excess(xp, (1.0 + size) * left, size * left - inside)
        opposite = inside * size - log1pmx(xp, size) - log1pmx(xp, -inside)
        crossed = (z > 0.0) & (t < 0.0) | (z < 0.0) & (t > 0.0)
        value = xp.where(crossed, opposite, same)
        return xp.where(aim >= 1.0, xp.inf, xp.where(t != t, t, value))

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """(1 - |p|)^2."""
        return DiagonalPlusLowRank((1.0 - xp.abs(p)) * (1.0 - xp.abs(p)))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        return [x / (1 + abs(x)) for x in z]
