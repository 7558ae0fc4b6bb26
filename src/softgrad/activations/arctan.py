"""The inverse tangent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.special import log1pmx
from softgrad.contracts.domains import Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.operators import DiagonalPlusLowRank

_HALF_PI = 1.5707963267948966  # the double just below pi / 2
_FAR = 1e8  # from here on 1 + z^2 is z^2 to the last place


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Arctan(ElementWise):
    """a_i = arctan(z_i), with derivative 1 / (1 + z_i^2).

    Smooth everywhere. It is the gradient of z arctan z - log(1 + z^2) / 2; the conjugate of that
    is -log cos t, for |t| < pi / 2.
    """

    name: ClassVar[str] = "arctan"
    domain: ClassVar[Domain] = Domain("values", "values", -_HALF_PI, _HALF_PI, has_low=True)
    has_potential: ClassVar[bool] = True

    def value(self, xp: Namespace, z: Array) -> Array:
        """arctan z."""
        return xp.atan(z)

    def first(self, xp: Namespace, z: Array) -> Array:
        """1 / (1 + z^2), by 1 / z far out, where z^2 may overflow."""
        far, r = _reciprocal(xp, z)
        return xp.where(far, r * r, r)

    def second(self, xp: Namespace, z: Array) -> Array:
        """-2 z / (1 + z^2)^2."""
        far, r = _reciprocal(xp, z)
        return -2.0 * xp.where(far, r, z) * r * r

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """z d - log(1 + w) with d = arctan z - t and 1 + w = cos t / cos(arctan z).

        As w = z sin d - 2 sin(d / 2)^2, it is z (d - sin d) + 2 sin(d / 2)^2 + (w - log(1 + w)),
        whose first term alone can be negative, and is then the smaller. Infinite for |t| > pi / 2.
        """
        size = xp.where(xp.isinf(z), 0.0, z)
        d = xp.atan(size) - t
        half = xp.sin(0.5 * d)
        sine = xp.sin(d)
        w = xp.maximum(size * sine - 2.0 * half * half, -1.0)
        value = size * (d - sine) + 2.0 * half * half - log1pmx(xp, w)
        return xp.where((xp.abs(t) > _HALF_PI) | xp.isinf(z), xp.inf, value)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """cos(p)^2."""
        return DiagonalPlusLowRank(xp.cos(p) * xp.cos(p))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import atan

        return [atan(x) for x in z]


def _reciprocal(xp: Namespace, z: Array) -> tuple[Array, Array]:
    """Whether z is far out, and there 1 / z, elsewhere 1 / (1 + z^2)."""
    far = xp.abs(z) > _FAR
    return far, 1.0 / xp.where(far, z, 1.0 + z * z)
