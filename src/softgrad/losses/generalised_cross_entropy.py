"""Generalised cross-entropy, (1 - p^q) / q: between cross-entropy and the absolute error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.powers import power
from softgrad.contracts.domains import TRUE_CLASS_PROBABILITIES, Domain
from softgrad.contracts.parameters import parameter
from softgrad.contracts.separable import TrueClass, TrueClassLoss


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class GeneralisedCrossEntropy(TrueClassLoss):
    """sum_c t_c (1 - p_c^q) / q; on coins both sides of each.

    At most 1 / q, so wrong labels pull less than with cross-entropy (the limit q -> 0); q = 1 is
    `true_class_error`. Improper: its minimiser for a distribution t is p ~ t^(1 / (1 - q)).
    A class at p = 0 exactly counts 1 / q and has no slope.

    Args:
        q: 0 < q <= 1.

    Source: Zhang and Sabuncu 2018.
    """

    name: ClassVar[str] = "generalised_cross_entropy"
    accepts: ClassVar[tuple[Domain, ...]] = TRUE_CLASS_PROBABILITIES

    q: float = parameter(0.7, low=0.0, open_low=True, high=1.0, examples=(0.1, 1.0))

    def is_flat(self, output: Domain) -> bool:
        """At q = 1, where it is 1 - p."""
        return self.q == 1.0

    def psi(self, xp: Namespace, c: TrueClass) -> Array:
        """(1 - exp(-q L)) / q."""
        return -xp.expm1(-self.q * c.nll) / self.q

    def psi_first(self, xp: Namespace, c: TrueClass) -> Array:
        """p^q."""
        return power(xp, c.p, -c.nll, self.q)

    def psi_second(self, xp: Namespace, c: TrueClass) -> Array:
        """-q p^q."""
        return -self.q * power(xp, c.p, -c.nll, self.q)

    def psi_by_output(self, xp: Namespace, c: TrueClass) -> Array:
        """(1 - q) p^q."""
        return (1.0 - self.q) * power(xp, c.p, -c.nll, self.q)

    def exact_psi(self, p: Any) -> Any:
        """(1 - p^q) / q."""
        return (1 - p**self.q) / self.q
