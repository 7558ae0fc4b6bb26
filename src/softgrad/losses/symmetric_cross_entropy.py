"""Symmetric cross-entropy: cross-entropy plus its reverse, with log 0 given a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import POSITIVE_PROBABILITIES, Domain
from softgrad.contracts.parameters import parameter
from softgrad.contracts.separable import TrueClass, TrueClassLoss


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class SymmetricCrossEntropy(TrueClassLoss):
    """sum_c t_c (-alpha log p_c - beta A (1 - p_c)); on coins both sides of each.

    For a label the reverse cross-entropy -sum_k p_k log t_k is -A (1 - p_c) once log 0 is read as
    A, so this is alpha times `Poly(epsilon=-beta * A / alpha)`. For a distribution t it is the
    mean over labels drawn from t.

    Args:
        alpha: > 0, the weight of cross-entropy.
        beta: >= 0, the weight of the reverse.
        A: <= 0, what stands for log 0.

    Source: Wang, Ma, Chen, Luo, Yi and Bailey 2019.
    """

    name: ClassVar[str] = "symmetric_cross_entropy"
    accepts: ClassVar[tuple[Domain, ...]] = POSITIVE_PROBABILITIES

    alpha: float = parameter(0.1, low=0.0, open_low=True, examples=(6.0,))
    beta: float = parameter(1.0, low=0.0, examples=(0.0, 0.1))
    A: float = parameter(-4.0, high=0.0, examples=(-6.0,))

    def psi(self, xp: Namespace, c: TrueClass) -> Array:
        """alpha L - beta A q."""
        return self.alpha * c.nll - self.beta * self.A * c.q

    def psi_first(self, xp: Namespace, c: TrueClass) -> Array:
        """alpha - beta A p."""
        return self.alpha - self.beta * self.A * c.p

    def psi_second(self, xp: Namespace, c: TrueClass) -> Array:
        """beta A p."""
        return self.beta * self.A * c.p

    def psi_by_output(self, xp: Namespace, c: TrueClass) -> Array:
        """alpha: what is added to cross-entropy is a straight line in p."""
        return self.alpha * xp.ones_like(c.nll)

    def exact_psi(self, p: Any) -> Any:
        """-alpha log p - beta A (1 - p)."""
        from mpmath import log

        return -self.alpha * log(p) - self.beta * self.A * (1 - p)
