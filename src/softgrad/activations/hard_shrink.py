"""Hard shrinkage: what is small becomes 0, what is large is left alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.contracts.parameters import parameter
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class HardShrink(ElementWise):
    """a_i = z_i for |z_i| > width, 0 otherwise, with derivative 1 and 0.

    It jumps at -width and width, where output and derivative are 0. So it has no convex potential
    whose gradient it is everywhere, and its derivative does not know of the jumps.

    Args:
        width: > 0, PyTorch's lambd. (For 0 use `identity`.)

    Source: Donoho and Johnstone 1994 (hard thresholding).
    """

    name: ClassVar[str] = "hard_shrink"
    domain: ClassVar[Domain] = REAL
    piecewise_linear: ClassVar[bool] = True

    width: float = parameter(0.5, low=0.0, open_low=True, examples=(0.1, 2.0))

    def value(self, xp: Namespace, z: Array) -> Array:
        """z, or 0."""
        return xp.where(xp.abs(z) <= self.width, 0.0, z)

    def first(self, xp: Namespace, z: Array) -> Array:
        """1, or 0."""
        return xp.where(xp.isnan(z), z, xp.astype(xp.abs(z) > self.width, z.dtype))

    def second(self, xp: Namespace, z: Array) -> Array:
        """0."""
        return xp.where(xp.isnan(z), z, xp.zeros_like(z))

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """1 unless the output is 0."""
        return DiagonalPlusLowRank(self.first(xp, p))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        return [x if abs(x) > self.width else 0 * x for x in z]
