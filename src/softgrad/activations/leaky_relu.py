"""The leaky rectified linear unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import NON_NEGATIVE, REAL, Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.contracts.parameters import parameter
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class LeakyReLU(ElementWise):
    """a_i = z_i for z_i >= 0, slope * z_i below.

    Kink at 0 (unless slope = 1), where the derivative is the smaller of 1 and slope. It is the
    gradient of z^2 / 2 on the right and slope z^2 / 2 on the left.

    Args:
        slope: >= 0, the derivative on the left; with 0 it is `relu`, with targets >= 0 of its
            canonical loss.

    Source: Maas, Hannun and Ng 2013.
    """

    name: ClassVar[str] = "leaky_relu"
    domain: ClassVar[Domain] = REAL
    piecewise_linear: ClassVar[bool] = True
    in_float32: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True

    slope: float = parameter(0.01, low=0.0, examples=(0.0, 0.2, 3.0))

    def validate(self) -> None:
        """The outputs of this object, which go below 0 only where the slope is not 0."""
        object.__setattr__(self, "domain", REAL if self.slope else NON_NEGATIVE)

    def value(self, xp: Namespace, z: Array) -> Array:
        """z, or slope z."""
        left = self.slope * z
        return xp.where(z < 0.0, xp.where(left == left, left, 0.0), z)  # 0 times -inf is 0

    def first(self, xp: Namespace, z: Array) -> Array:
        """1, or slope."""
        one = xp.ones_like(z)
        left = self.slope * one
        side = xp.where(z > 0.0, one, xp.where(z < 0.0, left, xp.minimum(one, left)))
        return xp.where(xp.isnan(z), z, side)

    def second(self, xp: Namespace, z: Array) -> Array:
        """0."""
        return xp.where(xp.isnan(z), z, xp.zeros_like(z))

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """(a - t)^2 / (2 slope there); on two sides of 0 potential, conjugate and -t z."""
        a = self.value(xp, z)
        difference = a - t
        below = xp.where((z < 0.0) | (t < 0.0), self.slope, xp.ones_like(z))
        # At slope 0, where the potential is flat and a target < 0 is out of reach, 0 / 0 is met.
        same = xp.where(difference == 0.0, 0.0, 0.5 * difference * (difference / below))
        of_z = xp.where(a == 0.0, 0.0, 0.5 * z * a)
        of_t = 0.5 * t * xp.where(t < 0.0, t / self.slope, t)
        opposite = (z > 0.0) & (t < 0.0) | (z < 0.0) & (t > 0.0)
        return xp.where(opposite, of_z + of_t - t * z, same)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """1, or slope: the sign of the output is that of z."""
        return DiagonalPlusLowRank(self.first(xp, p))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        return [x if x >= 0 else self.slope * x for x in z]
