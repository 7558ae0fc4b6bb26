"""Relative entropy of the target from the prediction, KL(t || p) = sum t log(t / p)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.exact import compensated_sum
from softgrad.arrays.namespaces import Array
from softgrad.contracts.domains import OF_COINS, POSITIVE_DISTRIBUTIONS, SHARES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss, Side
from softgrad.contracts.relative_entropy import (
    log_ratio,
    relative_entropy_terms,
    simplex_relative_entropy,
)
from softgrad.contracts.targets import TargetKind
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class KLDivergence(RowLoss):
    """sum_i t_i log(t_i / p_i); on coins also (1 - t_i) log((1 - t_i) / (1 - p_i)).

    Cross-entropy less the entropy of the target: the same derivatives, but 0 at p = t, and
    accurate near it, where the difference of the two would cancel. t_i = 0 contributes 0.

    Source: Kullback and Leibler 1951.
    """

    name: ClassVar[str] = "kl_divergence"
    accepts: ClassVar[tuple[Domain, ...]] = POSITIVE_DISTRIBUTIONS
    lives_on: ClassVar[LivesOn] = LivesOn.LOG
    targets: ClassVar[TargetKind] = "classes"
    target_domain: ClassVar[Domain | None] = SHARES
    two_sided: ClassVar[bool] = True
    log_score: ClassVar[bool] = True

    def is_separable(self, output: Domain) -> bool:
        """On coins."""
        return output.kind in OF_COINS

    def row_value(self, r: Forms, t: Array) -> Array:
        """The sum of t log(t / p) - t + p >= 0, less what those last two terms add up to."""
        xp = r.xp
        if r.has_other_side:  # the last two terms of heads and tails cancel
            return xp.sum(relative_entropy_terms(xp, t, r.p, r.log.value, -r.minus(t)), axis=-1)
        return simplex_relative_entropy(r, t) - _surplus(r)

    def row_gradient(self, r: Forms, t: Array) -> Array:
        """-t, by log p."""
        return -t

    def row_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """0, by log p."""
        return DiagonalPlusLowRank(r.xp.zeros_like(t))

    def row_target_gradient(self, r: Forms, t: Array) -> Array:
        """log(t / p) + 1, which is -inf at t = 0; on coins the 1 of both sides cancels."""
        ratio = log_ratio(r, t)
        return r.weights * (ratio if r.has_other_side else ratio + 1.0)

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import log

        total = sum(y * log(y / p) for p, y in zip(r, t, strict=True) if y)
        if side == "coin":
            total += sum(
                (1 - y) * log((1 - y) / (1 - p)) for p, y in zip(r, t, strict=True) if y != 1
            )
        return total


def _surplus(r: Forms) -> Array:
    """sum p - 1, which is 0 unless predictions were given that do not sum to 1."""
    xp, p = r.xp, r.p
    surplus = compensated_sum(xp, xp.concat([p, -xp.ones_like(p[..., :1])], axis=-1))
    rounding = 8.0 * float(xp.finfo(p.dtype).eps)
    given = xp.any(p > 0, axis=-1) & (xp.abs(surplus) > rounding)
    return xp.where(given, surplus, xp.zeros_like(surplus))
