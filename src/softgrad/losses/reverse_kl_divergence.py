"""Relative entropy of the prediction from the target, KL(p || t) = sum p log(p / t)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.arrays.special import relative_entropy_term
from softgrad.contracts.domains import DISTRIBUTIONS, SHARES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.relative_entropy import log_ratio
from softgrad.contracts.separable import SeparableLoss
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class ReverseKLDivergence(SeparableLoss):
    """sum_i (p_i log(p_i / t_i) - p_i + t_i); on coins both sides of each.

    The last two terms add up to 0 for distributions; they make every term >= 0. Infinite where
    t_i = 0 < p_i, so labels need `label_smoothing`. p_i = 0 contributes t_i and has no slope.

    Source: Kullback and Leibler 1951; off the simplex Csiszar's I-divergence, 1975.
    """

    name: ClassVar[str] = "reverse_kl_divergence"
    accepts: ClassVar[tuple[Domain, ...]] = DISTRIBUTIONS
    lives_on: ClassVar[LivesOn] = LivesOn.LOG
    targets: ClassVar[TargetKind] = "classes"
    target_domain: ClassVar[Domain | None] = SHARES
    two_sided: ClassVar[bool] = True

    def entry_value(self, r: Forms, t: Array) -> Array:
        """p log(p / t) - p + t."""
        return relative_entropy_term(r.xp, r.minus(t), t)

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """p log(p / t), by log p."""
        product = r.p * -log_ratio(r, t)
        return r.xp.where(r.p == 0, r.xp.zeros_like(product), product)

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """p log(p / t) + p, by log p."""
        return self.entry_gradient(r, t) + r.p

    def entry_output_hessian(self, r: Forms, t: Array) -> Array:
        """p."""
        return r.p + 0.0 * t

    def entry_target_gradient(self, r: Forms, t: Array) -> Array:
        """(t - p) / t, which is -inf at t = 0 < p and 1 at t = p = 0."""
        return r.xp.where((r.p == 0) & (t == 0), r.xp.ones_like(t), -r.minus(t) / t)

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import inf, log

        def one(p: Any, y: Any) -> Any:
            if p == 0:
                return y
            return p * log(p / y) - p + y if y else inf

        total = sum(one(p, y) for p, y in zip(r, t, strict=True))
        if side == "coin":
            total += sum(one(1 - p, 1 - y) for p, y in zip(r, t, strict=True))
        return total
