"""Soft shrinkage: everything moves towards 0 by the same amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.signs import sign
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.contracts.parameters import parameter
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class SoftShrink(ElementWise):
    """a_i = sign(z_i) max(0, |z_i| - width): the proximal map of width |a|.

    Kinks at -width and width, where the derivative is 0 (the subgradient of least norm). It is the
    gradient of max(0, |z| - width)^2 / 2, and its canonical loss is that of least squares with a
    penalty: (z - t)^2 / 2 + width |t|, less its smallest value.

    Args:
        width: > 0, PyTorch's lambd. (For 0 use `identity`.)

    Source: Donoho 1995 (soft thresholding).
    """

    name: ClassVar[str] = "soft_shrink"
    domain: ClassVar[Domain] = REAL
    piecewise_linear: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True

    width: float = parameter(0.5, low=0.0, open_low=True, examples=(0.1, 2.0))

    def value(self, xp: Namespace, z: Array) -> Array:
        """z less what is cut off it."""
        inside = xp.abs(z) <= self.width
        return xp.where(inside, 0.0, xp.where(z > 0.0, z - self.width, z + self.width))

    def first(self, xp: Namespace, z: Array) -> Array:
        """1 beyond the width, else 0."""
        return xp.where(xp.isnan(z), z, xp.astype(xp.abs(z) > self.width, z.dtype))

    def second(self, xp: Namespace, z: Array) -> Array:
        """0."""
        return xp.where(xp.isnan(z), z, xp.zeros_like(z))

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """(a - t)^2 / 2 + |t| (width - sign(t) c), with c what is cut off z, |c| <= width."""
        difference = self.value(xp, z) - t
        cut = xp.minimum(xp.maximum(z, -self.width), self.width)
        return 0.5 * difference * difference + xp.abs(t) * (self.width - sign(xp, t) * cut)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """1 unless the output is 0."""
        return DiagonalPlusLowRank(xp.where(xp.isnan(p), p, xp.astype(p != 0.0, p.dtype)))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import mpf, sign

        return [sign(x) * max(mpf(0), abs(x) - self.width) for x in z]
