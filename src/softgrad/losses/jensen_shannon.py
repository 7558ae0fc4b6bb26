"""Jensen-Shannon divergence: how far prediction and target are from their mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.special import relative_entropy_term
from softgrad.contracts.domains import DISTRIBUTIONS, SHARES, Domain
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
    accepts: ClassVar[tuple[Domain, ...]] = DISTRIBUTIONS
    lives_on: ClassVar[LivesOn] = LivesOn.LOG
    targets: ClassVar[TargetKind] = "classes"
    target_domain: ClassVar[Domain | None] = SHARES
    two_sided: ClassVar[bool] = True

    def entry_value(self, r: Forms, t: Array) -> Array:
        """Near each other both terms are made >= 0, by adding m - p and m - t; else as they are."""
        xp, d, total = r.xp, r.minus(t), r.p + t
        middle = 0.5 * total
        near = relative_entropy_term(xp, 0.5 * d, middle)
        near = near + relative_entropy_term(xp, -0.5 * d, middle)
        to_p = _times_log_ratio(xp, r.p, r.log.value, d, total)
        to_t = _times_log_ratio(xp, t, xp.log(t), -d, total)
        return 0.5 * xp.where(2.0 * xp.abs(d) > total, to_p + to_t, near)

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """p log(p / m) / 2, by log p."""
        return 0.5 * _times_log_ratio(r.xp, r.p, r.log.value, r.minus(t), r.p + t)

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """p log(p / m) / 2 + p t / (2 (p + t)), by log p."""
        return self.entry_gradient(r, t) + 0.5 * _share(r, t) * t

    def entry_output_hessian(self, r: Forms, t: Array) -> Array:
        """p t / (2 (p + t))."""
        return 0.5 * _share(r, t) * t

    def entry_target_gradient(self, r: Forms, t: Array) -> Array:
        """log(t / m) / 2: -inf at t = 0 < p, and as for every t > 0 beside p = 0 at t = 0."""
        xp, total = r.xp, r.p + t
        x = xp.where(total > 0, -r.minus(t) / total, xp.ones_like(total))
        return 0.5 * _log_over_mean(xp, xp.log(t), x, total)

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import log

        def one(a: Any, b: Any) -> Any:
            return a * log(2 * a / (a + b)) / 2 if a else 0

        total = sum(one(p, y) + one(y, p) for p, y in zip(r, t, strict=True))
        if side == "coin":
            total += sum(one(1 - p, 1 - y) + one(1 - y, 1 - p) for p, y in zip(r, t, strict=True))
        return total


def _share(r: Forms, t: Array) -> Array:
    """p / (p + t), 0 where both are 0."""
    total = r.p + t
    return r.p / r.xp.where(total > 0, total, r.xp.ones_like(total))


def _times_log_ratio(xp: Namespace, a: Array, log_a: Array, d: Array, total: Array) -> Array:
    """a log(a / m) for d = a - b, total = a + b = 2 m; 0 where a = 0."""
    x = d / xp.where(total > 0, total, xp.ones_like(total))
    product = a * _log_over_mean(xp, log_a, x, total)
    return xp.where((a == 0) & (d == d), xp.zeros_like(product), product)


def _log_over_mean(xp: Namespace, log_a: Array, x: Array, total: Array) -> Array:
    """log(a / m) for a / m = 1 + x, total = 2 m."""
    near = x > -0.5
    far = log_a + (_LOG_2 - xp.log(total))
    return xp.where(near, xp.log1p(xp.where(near, x, xp.zeros_like(x))), far)
