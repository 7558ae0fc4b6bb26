"""The sigmoid linear unit, or swish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.exact import two_product
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.scaled import logistic_slope_times, logistic_times
from softgrad.arrays.special import logistic
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.contracts.parameters import parameter


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class SiLU(ElementWise):
    """a_i = z_i / (1 + exp(-beta z_i)); with another beta than 1 it is called swish.

    Smooth everywhere, and not monotone: its minimum is -0.2785 / beta at z = -1.2785 / beta, so
    it is the gradient of no convex potential.

    Args:
        beta: > 0; the larger, the closer to relu.

    Source: Elfwing, Uchibe and Doya 2018; Ramachandran, Zoph and Le 2017 (beta).
    """

    name: ClassVar[str] = "silu"
    domain: ClassVar[Domain] = REAL

    beta: float = parameter(1.0, low=0.0, open_low=True, examples=(0.3, 1.702))

    def value(self, xp: Namespace, z: Array) -> Array:
        """z p, with p = 1 / (1 + exp(-beta z))."""
        x, y, low = self._scaled(xp, z)
        return xp.where(z > x, z, logistic_times(xp, y, low, x))

    def first(self, xp: Namespace, z: Array) -> Array:
        """p (1 + y q), with y = beta z and q = 1 - p; left of 0 as p q (1 + y + exp y)."""
        _, y, low = self._scaled(xp, z)
        small = xp.exp(xp.minimum(y, 0.0))
        left = logistic_slope_times(xp, y, low, (1.0 + y) + (small + low * (1.0 + small)))
        right = logistic_times(xp, y, low, 1.0 + y * logistic(xp, -y))
        return xp.where(y < 0.0, left, right)

    def second(self, xp: Namespace, z: Array) -> Array:
        """Beta p q (2 - beta z tanh(beta z / 2))."""
        _, y, low = self._scaled(xp, z)
        # |tanh(y / 2)| as 1 less twice the smaller of p and q: right also near the zero.
        size, small = xp.abs(y), xp.exp(-xp.abs(y))
        less = 2.0 * size * (small / (1.0 + small)) - xp.where(y < 0.0, -low, low)
        return logistic_slope_times(xp, y, low, self.beta * ((2.0 - size) + less))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp

        return [x / (1 + exp(-self.beta * x)) for x in z]

    def _scaled(self, xp: Namespace, z: Array) -> tuple[Array, Array, Array]:
        """z where exp(-beta |z|) is not 0, beta z, and what that product rounded away."""
        inner = xp.clip(z, -1500.0 / self.beta, 1500.0 / self.beta)
        return inner, *two_product(xp, inner, self.beta * xp.ones_like(inner))
