"""The hard swish, z times a hard sigmoid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.elementwise import ElementWise


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class HardSwish(ElementWise):
    """a_i = z_i min(6, max(0, z_i + 3)) / 6: 0 up to -3, z from 3 on, z (z + 3) / 6 between.

    Kinks at -3 and 3, where the derivative is the smaller of its two sides, 0 and 1, and the second
    derivative 0. Not monotone: its minimum is -3/8 at z = -3/2, so it is the gradient of no convex
    potential.

    Source: Howard et al. 2019 (MobileNetV3).
    """

    name: ClassVar[str] = "hard_swish"
    domain: ClassVar[Domain] = REAL

    def value(self, xp: Namespace, z: Array) -> Array:
        """0, z (z + 3) / 6 or z."""
        inner = xp.clip(z, -3.0, 3.0)
        return xp.where(z >= 3.0, z, inner * ((inner + 3.0) / 6.0))

    def first(self, xp: Namespace, z: Array) -> Array:
        """0, (2 z + 3) / 6 or 1."""
        inside = (2.0 * xp.clip(z, -3.0, 3.0) + 3.0) / 6.0
        return xp.where(z <= -3.0, 0.0, xp.where(z >= 3.0, 1.0, inside))

    def second(self, xp: Namespace, z: Array) -> Array:
        """1/3 inside, 0 outside."""
        inside = xp.where(xp.abs(z) < 3.0, 1.0 / 3.0, xp.zeros_like(z))
        return xp.where(xp.isnan(z), z, inside)

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        return [x * min(6, max(0, x + 3)) / 6 for x in z]
