"""The identity, a = z."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.contracts.facts import Link
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Identity(ElementWise):
    """a_i = z_i: a linear output, as in regression.

    It is the gradient of z^2 / 2; with squared error it is least squares.
    """

    name: ClassVar[str] = "identity"
    domain: ClassVar[Domain] = REAL
    link: ClassVar[Link | None] = "identity"
    piecewise_linear: ClassVar[bool] = True
    in_float32: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True

    def value(self, xp: Namespace, z: Array) -> Array:
        """z."""
        return z

    def first(self, xp: Namespace, z: Array) -> Array:
        """1."""
        return xp.where(xp.isnan(z), z, xp.ones_like(z))

    def second(self, xp: Namespace, z: Array) -> Array:
        """0."""
        return xp.where(xp.isnan(z), z, xp.zeros_like(z))

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """(z - t)^2 / 2."""
        return 0.5 * (z - t) * (z - t)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """1."""
        return DiagonalPlusLowRank(self.first(xp, p))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        return list(z)
