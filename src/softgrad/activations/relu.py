"""The rectified linear unit, max(0, z)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import NON_NEGATIVE, Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class ReLU(ElementWise):
    """a_i = max(0, z_i), with derivative 1 for z_i > 0 and 0 otherwise.

    Kink at 0, where the derivative is 0 (the subgradient of least norm). It is the gradient of
    max(0, z)^2 / 2, so `fenchel_young` pairs with it for targets t >= 0.

    Source: Nair and Hinton 2010.
    """

    name: ClassVar[str] = "relu"
    domain: ClassVar[Domain] = NON_NEGATIVE
    piecewise_linear: ClassVar[bool] = True
    in_float32: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True

    def value(self, xp: Namespace, z: Array) -> Array:
        """max(0, z)."""
        return xp.where(z <= 0.0, 0.0, z)

    def first(self, xp: Namespace, z: Array) -> Array:
        """1 for z > 0, else 0."""
        return xp.where(xp.isnan(z), z, xp.astype(z > 0.0, z.dtype))

    def second(self, xp: Namespace, z: Array) -> Array:
        """0."""
        return xp.where(xp.isnan(z), z, xp.zeros_like(z))

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """(max(0, z) - t)^2 / 2 + t max(0, -z); infinite for t < 0."""
        difference = self.value(xp, z) - t
        below = xp.where((t == 0.0) | (z > 0.0), 0.0, -t * z)
        return xp.where(t < 0.0, xp.inf, 0.5 * difference * difference + below)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """1 for p > 0, else 0."""
        return DiagonalPlusLowRank(self.first(xp, p))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        return [max(x, 0 * x) for x in z]
