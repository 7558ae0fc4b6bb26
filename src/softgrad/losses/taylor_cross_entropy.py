"""Taylor cross-entropy: -log p expanded in powers of 1 - p, cut off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.powers import geometric_sum, logarithm_series
from softgrad.contracts.domains import Domain
from softgrad.contracts.parameters import parameter
from softgrad.contracts.separable import TrueClass, TrueClassLoss


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class TaylorCrossEntropy(TrueClassLoss):
    """sum_c t_c sum_{j <= order} (1 - p_c)^j / j; on coins both sides of each.

    Order 1 is `true_class_error`, order -> infinity cross-entropy. Bounded at p = 0, hence
    robust to wrong labels; a class at p = 0 exactly has no slope.

    Args:
        order: the highest power kept, a whole number >= 1.

    Source: Feng, Shu, Lin, Lv, Li and An 2020.
    """

    name: ClassVar[str] = "taylor_cross_entropy"

    order: int = parameter(2, low=1, whole=True, examples=(1, 6))

    def is_flat(self, output: Domain) -> bool:
        """At order 1, where it is 1 - p."""
        return self.order == 1

    def psi(self, xp: Namespace, c: TrueClass) -> Array:
        """q + q^2 / 2 + ... + q^order / order."""
        return logarithm_series(xp, c.q, self.order)

    def psi_first(self, xp: Namespace, c: TrueClass) -> Array:
        """1 - q^order = p (1 + q + ... + q^(order - 1))."""
        return c.p * geometric_sum(xp, c.q, self.order)

    def psi_second(self, xp: Namespace, c: TrueClass) -> Array:
        """-order p q^(order - 1)."""
        return -self.order * c.p * c.q ** (self.order - 1)

    def psi_by_output(self, xp: Namespace, c: TrueClass) -> Array:
        """p^2 times the second derivative by p."""
        return c.p * c.p * self.psi_by_prediction(xp, c)

    def psi_by_prediction(self, xp: Namespace, c: TrueClass) -> Array:
        """1 + 2 q + ... + (order - 1) q^(order - 2)."""
        total = xp.zeros_like(c.q)
        for j in range(int(self.order) - 1, 0, -1):
            total = j + c.q * total
        return total

    def exact_psi(self, p: Any) -> Any:
        """The sum."""
        from mpmath import mpf

        return sum((1 - p) ** j / mpf(j) for j in range(1, int(self.order) + 1))
