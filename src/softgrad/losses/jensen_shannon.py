"""Jensen-Shannon divergence: how far prediction and target are from their mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.arrays.special import relative_entropy_term
from softgrad.contracts.domains import CLOSED_COINS, LOG_COINS, LOG_SIMPLEX, SPARSE_SIMPLEX, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.separable import SeparableLoss
from softgrad.contracts.targets import TargetKind

_LOG_2 = 0.6931471805599453


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class JensenShannon(SeparableLoss):
    """KL(p || m) / 2 + KL(t || m) / 2 with m = (p + t) / 2; on coins both sides of each.

    Symmetric, finite everywhere and at most log 2. An entry at p = 0 exactly has no slope (by p
    it would be infinite there; by any logit it tends to 0).

    Source: Lin 1991.
    """

    name: ClassVar[str] = "jensen_shannon"
    accepts: ClassVar[tuple[Domain, ...]] = (SPARSE_SIMPLEX, CLOSED_COINS, LOG_SIMPLEX, LOG_COINS)
    lives_on: ClassVar[LivesOn] = LivesOn.LOG
    targets: ClassVar[TargetKind] = "classes"
    two_sided: ClassVar[bool] = True

    def entry_value(self, r: Forms, t: Array) -> Array:
        """Both terms made >= 0, by adding m - p to the one and m - t to the other."""
        half, middle = 0.5 * r.minus(t), 0.5 * r.p + 0.5 * t
        return 0.5 * (
            relative_entropy_term(r.xp, half, middle) + relative_entropy_term(r.xp, -half, middle)
        )

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """p log(p / m) / 2, by log p."""
        xp, total = r.xp, r.p + t
        x = r.minus(t) / xp.where(total > 0, total, xp.ones_like(total))  # p / m = 1 + x
        near = x > -0.5
        far = r.log.value + (_LOG_2 - xp.log(total))
        log_ratio = xp.where(near, xp.log1p(xp.where(near, x, xp.zeros_like(x))), far)
        product = 0.5 * r.p * log_ratio
        return xp.where((r.p == 0) & (t == t), xp.zeros_like(product), product)

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """p log(p / m) / 2 + p t / (2 (p + t)), by log p."""
        xp, total = r.xp, r.p + t
        share = r.p / xp.where(total > 0, total, xp.ones_like(total))
        return self.entry_gradient(r, t) + 0.5 * share * t

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import log

        def one(a: Any, b: Any) -> Any:
            return a * log(2 * a / (a + b)) / 2 if a else 0

        total = sum(one(p, y) + one(y, p) for p, y in zip(r, t, strict=True))
        if side == "coin":
            total += sum(one(1 - p, 1 - y) + one(1 - y, 1 - p) for p, y in zip(r, t, strict=True))
        return total
