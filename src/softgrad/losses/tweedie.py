"""Tweedie loss: normal, Poisson, gamma, inverse Gaussian, and what lies between and beyond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.arrays.powers import power
from softgrad.contracts.domains import NON_NEGATIVE, POSITIVE, REAL, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.parameters import parameter
from softgrad.contracts.separable import SeparableLoss, counted
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Tweedie(SeparableLoss):
    """sum_i (mu_i^(2 - rho) / (2 - rho) - y_i mu_i^(1 - rho) / (1 - rho)), for means mu > 0.

    The negative log-likelihood of Tweedie's family with variance mu^rho, without the terms that
    do not depend on mu; logarithms are its limits at rho = 1 and 2. Convex in log mu for
    1 <= rho <= 2. Whatever rho is, it is least at mu = y, in the mean at the mean.

    Args:
        rho: the power of the variance, and with it which targets there are.

            ========= ===================================== =======
            rho       distribution                          targets
            ========= ===================================== =======
            < 0       extreme stable                        any
            0         normal: (mu - y)^2 / 2 less y^2 / 2   any
            0 to 1    none, but the mean is still its aim   y >= 0
            1         `poisson`                             y >= 0
            1 to 2    compound Poisson and gamma            y >= 0
            2         gamma: y / mu + log mu                y > 0
            > 2       positive stable; 3 inverse Gaussian   y > 0
            ========= ===================================== =======

    Source: Tweedie 1984; Jorgensen 1987.
    """

    name: ClassVar[str] = "tweedie"
    accepts: ClassVar[tuple[Domain, ...]] = (POSITIVE,)
    lives_on: ClassVar[LivesOn] = LivesOn.LOG
    targets: ClassVar[TargetKind] = "entries"
    target_domain: ClassVar[Domain | None] = NON_NEGATIVE
    convex: ClassVar[bool] = False

    rho: float = parameter(1.5, examples=(-1.0, 0.0, 0.5, 1.0, 1.9, 2.0, 3.0))

    def variance_power(self) -> float:
        """rho."""
        return self.rho

    def allowed_targets(self) -> Domain:
        """Up to rho = 0 there is mass on the whole line, from 2 on none at 0."""
        return REAL if self.rho <= 0.0 else POSITIVE if self.rho >= 2.0 else NON_NEGATIVE

    def entry_value(self, r: Forms, t: Array) -> Array:
        """mu^(2 - rho) / (2 - rho) - y mu^(1 - rho) / (1 - rho), with its limits."""
        rise, fall = 2.0 - self.rho, self.rho - 1.0
        growth = self._power(r, rise) / rise if rise else r.log.value
        drop = counted(r.xp, t, self._power(r, -fall) / fall if fall else -r.log.value)
        # At both ends one of the two outgrows the other.
        drop_wins = drop == r.xp.inf
        growth = r.xp.where(drop_wins, r.xp.zeros_like(growth), growth)
        return growth + r.xp.where(growth == r.xp.inf, r.xp.zeros_like(drop), drop)

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """mu^(2 - rho) - y mu^(1 - rho), by log mu; mu^(1 - rho) (mu - y) where these are near."""
        rise, fall = 2.0 - self.rho, self.rho - 1.0
        difference, decay = r.p - t, self._power(r, -fall)
        far = self._total(r, t, self._power(r, rise), -counted(r.xp, t, decay))
        return r.xp.where(2.0 * r.xp.abs(difference) < r.p, decay * difference, far)

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """(2 - rho) mu^(2 - rho) + (rho - 1) y mu^(1 - rho), by log mu."""
        rise, fall = 2.0 - self.rho, self.rho - 1.0
        gain = counted(r.xp, t, self._power(r, -fall))
        return self._total(r, t, rise * self._power(r, rise), fall * gain)

    def entry_output_hessian(self, r: Forms, t: Array) -> Array:
        """mu^(1 - rho) (rho y - (rho - 1) mu)."""
        rise, fall = 2.0 - self.rho, self.rho - 1.0
        gain = self.rho * counted(r.xp, t, self._power(r, -fall))
        return self._total(r, t, -fall * self._power(r, rise), gain) if fall else gain

    def entry_prediction_hessian(self, r: Forms, t: Array) -> Array:
        """rho y mu^(-1 - rho) - (rho - 1) mu^(-rho)."""
        growth = (1.0 - self.rho) * self._power(r, -self.rho)
        if not self.rho:
            return growth
        return growth + self.rho * counted(r.xp, t, self._power(r, -1.0 - self.rho))

    def entry_target_gradient(self, r: Forms, t: Array) -> Array:
        """mu^(1 - rho) / (rho - 1), or -log mu where rho = 1."""
        fall = self.rho - 1.0
        return self._power(r, -fall) / fall if fall else -r.log.value

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import log, mpf

        rise, fall = 2 - mpf(self.rho), mpf(self.rho) - 1

        def one(x: Any, y: Any) -> Any:
            growth = x**rise / rise if rise else log(x)
            decay = x**-fall / fall if fall else -log(x)
            return growth + y * decay

        return sum(one(x, y) for x, y in zip(r, t, strict=True))

    def _total(self, r: Forms, t: Array, growth: Array, drop: Array) -> Array:
        """Their sum; of opposite infinities the one that outgrows the other, on its side of t."""
        xp = r.xp
        either = xp.where(r.p > t, growth, drop)
        return xp.where(xp.isinf(growth) & xp.isinf(drop), either, growth + drop)

    def _power(self, r: Forms, exponent: float) -> Array:
        return power(r.xp, r.p, r.log.value, exponent)
