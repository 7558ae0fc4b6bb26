"""Poly-1: cross-entropy plus epsilon (1 - p)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.special import log1pmx
from softgrad.contracts.domains import POSITIVE_PROBABILITIES, Domain
from softgrad.contracts.parameters import parameter
from softgrad.contracts.separable import TrueClass, TrueClassLoss


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Poly(TrueClassLoss):
    """sum_c t_c (-log p_c + epsilon (1 - p_c)); on coins both sides of each.

    The expansion of cross-entropy in powers of 1 - p with its first coefficient, 1, made
    1 + epsilon. Convex in the logits of softmax exactly while |epsilon| <= 1; for a distribution
    as target improper unless epsilon = 0.

    Args:
        epsilon: >= -1; 0 is cross-entropy, -1 drops the first term of the expansion.

    Source: Leng, Tan, Liu, Cubuk, Shi, Cheng and Anguelov 2022 (Poly-1).
    """

    name: ClassVar[str] = "poly"
    accepts: ClassVar[tuple[Domain, ...]] = POSITIVE_PROBABILITIES

    epsilon: float = parameter(1.0, low=-1.0, examples=(-1.0, 0.0, 4.0))

    def psi(self, xp: Namespace, c: TrueClass) -> Array:
        """L + epsilon q; where these cancel (L - q) + (1 + epsilon) q, with L - q of order q^2."""
        if self.epsilon >= 0.0:
            return c.nll + self.epsilon * c.q
        near = xp.where(c.q < 0.5, c.q, xp.zeros_like(c.q))
        excess = (1.0 + self.epsilon) * near - log1pmx(xp, -near)
        return xp.where(c.q < 0.5, excess, c.nll + self.epsilon * c.q)

    def psi_first(self, xp: Namespace, c: TrueClass) -> Array:
        """1 + epsilon p, as q + (1 + epsilon) p."""
        return c.q + (1.0 + self.epsilon) * c.p

    def psi_second(self, xp: Namespace, c: TrueClass) -> Array:
        """-epsilon p."""
        return -self.epsilon * c.p

    def psi_by_output(self, xp: Namespace, c: TrueClass) -> Array:
        """1: what is added to cross-entropy is a straight line in p."""
        return xp.ones_like(c.nll)

    def exact_psi(self, p: Any) -> Any:
        """-log p + epsilon (1 - p)."""
        from mpmath import log

        return -log(p) + self.epsilon * (1 - p)
