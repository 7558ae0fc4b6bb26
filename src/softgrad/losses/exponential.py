"""The exponential loss of scores, AdaBoost's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.contracts.domains import CLOSED_COINS, REAL, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.separable import SeparableLoss, counted
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Exponential(SeparableLoss):
    """sum_i (t_i exp(-r_i) + (1 - t_i) exp(r_i)): exp(-y r) of the margin y r, y = 2 t - 1 = +-1.

    One score a row is AdaBoost's loss, whose minimiser in the mean is log(t / (1 - t)) / 2. Several
    scores are one class against the others each: a label is the score that should be positive
    among others that should be negative (AdaBoost.MH, labels of any number a row). Convex and
    smooth; a wrong score costs exponentially, so a single wrong label can rule the sum. Defined for
    scores.

    Source: Freund and Schapire 1997; Friedman, Hastie and Tibshirani 2000 (as a loss); Schapire and
    Singer 1999 (several classes).
    """

    name: ClassVar[str] = "exponential"
    accepts: ClassVar[tuple[Domain, ...]] = (REAL,)
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "classes"
    target_domain: ClassVar[Domain | None] = CLOSED_COINS

    def entry_value(self, r: Forms, t: Array) -> Array:
        """What is paid for heads, and for tails."""
        xp = r.xp
        return counted(xp, t, xp.exp(-r.p)) + counted(xp, 1.0 - t, xp.exp(r.p))

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """Tails less heads; near r = 0, where the two may cancel, by what they differ from 1."""
        xp = r.xp
        far = counted(xp, 1.0 - t, xp.exp(r.p)) - counted(xp, t, xp.exp(-r.p))
        near = (1.0 - 2.0 * t) + ((1.0 - t) * xp.expm1(r.p) - t * xp.expm1(-r.p))
        return xp.where(xp.abs(r.p) < 0.5, near, far)

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """The loss itself."""
        return self.entry_value(r, t)

    def entry_target_gradient(self, r: Forms, t: Array) -> Array:
        """-2 sinh r."""
        return r.xp.expm1(-r.p) - r.xp.expm1(r.p)

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import exp

        return sum(y * exp(-x) + (1 - y) * exp(x) for x, y in zip(r, t, strict=True))
