"""Cross-entropy, -sum t log p."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import POSITIVE_PROBABILITIES, Domain
from softgrad.contracts.separable import TrueClass, TrueClassLoss


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class CrossEntropy(TrueClassLoss):
    """-sum_c t_c log p_c; on coins (sigmoid) -t log p - (1 - t) log(1 - p), summed over entries.

    psi(L) = L. With softmax its gradient by the logits is sum(t) p - t. It is infinite at p_c = 0
    with t_c > 0, so activations that give zeros (sparsemax) pair with `fenchel_young` instead.

    Source: Good 1952.
    """

    name: ClassVar[str] = "cross_entropy"
    accepts: ClassVar[tuple[Domain, ...]] = POSITIVE_PROBABILITIES
    log_score: ClassVar[bool] = True

    def psi(self, xp: Namespace, c: TrueClass) -> Array:
        """L."""
        return c.nll

    def psi_first(self, xp: Namespace, c: TrueClass) -> Array:
        """1."""
        return xp.ones_like(c.nll)

    def psi_second(self, xp: Namespace, c: TrueClass) -> Array:
        """0."""
        return xp.zeros_like(c.nll)

    def psi_by_output(self, xp: Namespace, c: TrueClass) -> Array:
        """1."""
        return xp.ones_like(c.nll)

    def exact_psi(self, p: Any) -> Any:
        """-log p."""
        from mpmath import log

        return -log(p)
