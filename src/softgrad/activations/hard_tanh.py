"""The hard hyperbolic tangent, z clipped to [-1, 1]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class HardTanh(ElementWise):
    """a_i = min(1, max(-1, z_i)), with derivative 1 inside and 0 outside.

    Kinks at -1 and 1, where the derivative is 0 (the subgradient of least norm). It is the
    gradient of the Huber function, z^2 / 2 inside and |z| - 1/2 outside.

    Source: Collobert 2004.
    """

    name: ClassVar[str] = "hard_tanh"
    domain: ClassVar[Domain] = Domain("values", "values", -1.0, 1.0, has_low=True)
    piecewise_linear: ClassVar[bool] = True
    in_float32: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True

    def value(self, xp: Namespace, z: Array) -> Array:
        """z clipped to [-1, 1]."""
        return xp.minimum(xp.maximum(z, -1.0), 1.0)

    def first(self, xp: Namespace, z: Array) -> Array:
        """1 for |z| < 1, else 0."""
        return xp.where(xp.isnan(z), z, xp.astype(xp.abs(z) < 1.0, z.dtype))

    def second(self, xp: Namespace, z: Array) -> Array:
        """0."""
        return xp.where(xp.isnan(z), z, xp.zeros_like(z))

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """(a - t)^2 / 2 + |z - a| (1 - a t); infinite for |t| > 1."""
        a = self.value(xp, z)
        outside = xp.where(z == a, 0.0, xp.abs(z - a))
        lacking = xp.where(z > 0.0, 1.0 - t, 1.0 + t)
        tail = xp.where((outside == 0.0) | (lacking == 0.0), 0.0, outside * lacking)
        return xp.where(xp.abs(t) > 1.0, xp.inf, 0.5 * (a - t) * (a - t) + tail)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """1 for |p| < 1, else 0."""
        return DiagonalPlusLowRank(self.first(xp, p))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import mpf

        return [min(mpf(1), max(mpf(-1), x)) for x in z]
