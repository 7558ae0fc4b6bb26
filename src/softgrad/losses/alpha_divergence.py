"""Alpha-divergence: from the reverse relative entropy (0) over Hellinger (1/2) to KL (1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.powers import power
from softgrad.arrays.precision import float32_through_float64
from softgrad.arrays.special import log1pmx
from softgrad.contracts.domains import POSITIVE_DISTRIBUTIONS, SHARES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.parameters import parameter
from softgrad.contracts.relative_entropy import log_ratio
from softgrad.contracts.separable import SeparableLoss
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class AlphaDivergence(SeparableLoss):
    """sum_i (a t_i + (1 - a) p_i - t_i^a p_i^(1 - a)) / (a (1 - a)); on coins both sides of each.

    Every term is >= 0. Its limits are taken exactly: a = 1 is KL(t || p), a = 0 is KL(p || t)
    (infinite for labels), and a = 1/2 is 2 sum (sqrt t - sqrt p)^2, four times the squared
    Hellinger distance.

    Args:
        alpha: a, from 0 to 1. The larger, the more it punishes p near 0 where t is not.

    Source: Amari 1985, in the form of Cichocki and Amari 2010.
    """

    name: ClassVar[str] = "alpha_divergence"
    accepts: ClassVar[tuple[Domain, ...]] = POSITIVE_DISTRIBUTIONS
    lives_on: ClassVar[LivesOn] = LivesOn.LOG
    targets: ClassVar[TargetKind] = "classes"
    target_domain: ClassVar[Domain | None] = SHARES
    two_sided: ClassVar[bool] = True

    alpha: float = parameter(0.5, low=0.0, high=1.0, examples=(0.0, 0.1, 0.75, 1.0))

    def entry_value(self, r: Forms, t: Array) -> Array:
        """The nearer limit decides from which side it is computed: D_a(t, p) = D_(1 - a)(p, t)."""
        d, u = r.minus(t), log_ratio(r, t)
        cross = self._cross(r, t)
        if self.alpha <= 0.5:
            return _divergence(r.xp, self.alpha, r.p, -d, u, cross)
        return _divergence(r.xp, 1.0 - self.alpha, t, d, -u, cross)

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """(p - t^a p^(1 - a)) / a, by log p."""
        return -_growth(r.xp, self.alpha, r.p, log_ratio(r, t), self._cross(r, t))

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """(p - t^a p^(1 - a)) / a + t^a p^(1 - a), by log p; collected where t is far from p."""
        a, cross = self.alpha, self._cross(r, t)
        near = self.entry_gradient(r, t) + cross
        if not a:
            return near
        return r.xp.where(r.xp.abs(a * log_ratio(r, t)) < 1.0, near, (r.p - (1.0 - a) * cross) / a)

    def entry_output_hessian(self, r: Forms, t: Array) -> Array:
        """t^a p^(1 - a)."""
        return self._cross(r, t)

    def entry_target_gradient(self, r: Forms, t: Array) -> Array:
        """(1 - (p / t)^(1 - a)) / (1 - a), with its limit log(t / p)."""
        ratio, share = log_ratio(r, t), 1.0 - self.alpha
        return -r.xp.expm1(-share * ratio) / share if share else ratio

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        total = sum(self._exact_entry(p, y) for p, y in zip(r, t, strict=True))
        if side == "coin":
            total += sum(self._exact_entry(1 - p, 1 - y) for p, y in zip(r, t, strict=True))
        return total

    def _exact_entry(self, p: Any, t: Any) -> Any:
        from mpmath import inf, log, mpf

        a = mpf(self.alpha)
        if a == 1:
            return (t * log(t / p) if t else 0) - t + p
        if a == 0:
            return p * log(p / t) - p + t if t else inf
        return (a * t + (1 - a) * p - t**a * p ** (1 - a)) / (a * (1 - a))

    def _cross(self, r: Forms, t: Array) -> Array:
        """t^a p^(1 - a)."""
        share = power(r.xp, t, r.xp.log(t), self.alpha) if self.alpha else r.xp.ones_like(t)
        return share * power(r.xp, r.p, r.log.value, 1.0 - self.alpha)


def _growth(xp: Namespace, a: float, base: Array, u: Array, cross: Array) -> Array:
    """(other^a base^(1 - a) - base) / a for u = log(other / base), base u where a = 0."""

    def near(xp: Namespace, base: Array, u: Array) -> Array:
        return base * (xp.expm1(a * u) / a if a else u)

    small = xp.abs(a * u) < 1.0
    one = float32_through_float64(near)(xp, base, xp.where(small, u, xp.zeros_like(u)))
    value = xp.where(small, one, (cross - base) / a if a else base * u)
    return xp.where(base == 0, cross / a if a else xp.zeros_like(value), value)


def _divergence(xp: Namespace, a: float, base: Array, d: Array, u: Array, cross: Array) -> Array:
    """(d - growth) / (1 - a) for d = other - base and a <= 1/2.

    With e(u) = exp(u) - 1 - u it is base (e(u) - e(a u) / a) / (1 - a); near u = 0 both are taken
    from log1p(x) - x, and the second is at most a times the first.
    """
    x = d / xp.where(base > 0, base, xp.ones_like(base))
    near = (base > 0) & (x > -2.0 / 3.0) & (x < 2.0)
    inner = xp.where(near, x, xp.zeros_like(x))
    bend = -log1pmx(xp, inner)
    if a:
        bend = bend + log1pmx(xp, xp.expm1(a * xp.log1p(inner))) / a
    plain = d - _growth(xp, a, base, u, cross)
    return xp.where(near, base * bend, plain) / (1.0 - a)
