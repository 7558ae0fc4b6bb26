"""Squared logarithmic error, (log(1 + r) - log(1 + t))^2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.arrays.signs import sign
from softgrad.contracts.domains import NON_NEGATIVE, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.separable import SeparableLoss
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class SquaredLogError(SeparableLoss):
    """sum_i (log(1 + r_i) - log(1 + t_i))^2 for predictions and targets >= 0: no 1/n.

    It counts ratios rather than differences, and too little more than too much. Smooth; convex in
    r only up to 1 + r = e (1 + t), from where its slope falls again. An infinite prediction has
    an infinite loss and no slope.

    Source: scikit-learn's mean_squared_log_error; XGBoost's reg:squaredlogerror (half of it). The
    difference is log1p(|r - t| / (1 + min(r, t))) with its sign, which keeps its digits near r = t.
    """

    name: ClassVar[str] = "squared_log_error"
    accepts: ClassVar[tuple[Domain, ...]] = (NON_NEGATIVE,)
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "entries"
    convex: ClassVar[bool] = False
    target_domain: ClassVar[Domain | None] = NON_NEGATIVE

    def entry_value(self, r: Forms, t: Array) -> Array:
        """d^2, with d the difference of the logarithms."""
        d = _difference(r, t)
        return d * d

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """2 d / (1 + r)."""
        slope = 2.0 * _difference(r, t) / (1.0 + r.p)
        return r.xp.where(r.p == r.xp.inf, r.xp.zeros_like(slope), slope)

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """2 (1 - d) / (1 + r)^2."""
        bend = 2.0 * (1.0 - _difference(r, t)) / (1.0 + r.p) / (1.0 + r.p)
        return r.xp.where(r.p == r.xp.inf, r.xp.zeros_like(bend), bend)

    def entry_target_gradient(self, r: Forms, t: Array) -> Array:
        """-2 d / (1 + t)."""
        return -2.0 * _difference(r, t) / (1.0 + t)

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import log

        return sum((log(1 + x) - log(1 + y)) ** 2 for x, y in zip(r, t, strict=True))


def _difference(r: Forms, t: Array) -> Array:
    """log(1 + r) - log(1 + t)."""
    gap = r.minus(t)
    return sign(r.xp, gap) * r.xp.log1p(r.xp.abs(gap) / (1.0 + r.xp.minimum(r.p, t)))
