"""The threshold: z above theta, a constant below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.contracts.parameters import parameter


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Threshold(ElementWise):
    """a_i = z_i for z_i > theta, `replacement` otherwise, with derivative 1 and 0.

    It jumps at theta, unless the replacement is theta itself; there the derivative is 0. So it is
    the gradient of no convex potential. theta = replacement = 0 is `relu`.

    Args:
        theta: above it z is let through.
        replacement: what stands for everything else; PyTorch's value.

    Source: Konda, Memisevic and Krueger 2015 (with replacement 0); PyTorch's Threshold.
    """

    name: ClassVar[str] = "threshold"
    domain: ClassVar[Domain] = REAL
    piecewise_linear: ClassVar[bool] = True

    theta: float = parameter(1.0, examples=(-0.3,))
    replacement: float = parameter(0.0, examples=(1.0, -20.7))

    def value(self, xp: Namespace, z: Array) -> Array:
        """z, or the replacement."""
        return xp.where(z <= self.theta, self.replacement, z)

    def first(self, xp: Namespace, z: Array) -> Array:
        """1, or 0."""
        return xp.where(xp.isnan(z), z, xp.astype(z > self.theta, z.dtype))

    def second(self, xp: Namespace, z: Array) -> Array:
        """0."""
        return xp.where(xp.isnan(z), z, xp.zeros_like(z))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import mpf

        return [x if x > self.theta else mpf(self.replacement) for x in z]
