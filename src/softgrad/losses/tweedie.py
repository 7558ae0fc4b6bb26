"""Tweedie loss: between the Poisson loss and the gamma loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.arrays.powers import power
from softgrad.contracts.domains import NON_NEGATIVE, POSITIVE, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.parameters import parameter
from softgrad.contracts.separable import SeparableLoss
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Tweedie(SeparableLoss):
    """sum_i (mu_i^(2 - rho) / (2 - rho) - y_i mu_i^(1 - rho) / (1 - rho)), for targets y >= 0.

    The negative log-likelihood of Tweedie's family with variance mu^rho, without the terms that
    do not depend on mu. Its limits are taken at both ends: rho = 1 is `poisson`, mu - y log mu,
    and rho = 2 the gamma loss, y / mu + log mu. Convex in log mu.

    Args:
        rho: 1 <= rho <= 2, the power of the variance.

    Source: Tweedie 1984; Jorgensen 1987.
    """

    name: ClassVar[str] = "tweedie"
    accepts: ClassVar[tuple[Domain, ...]] = (POSITIVE,)
    lives_on: ClassVar[LivesOn] = LivesOn.LOG
    targets: ClassVar[TargetKind] = "entries"
    target_domain: ClassVar[Domain | None] = NON_NEGATIVE
    convex: ClassVar[bool] = False

    rho: float = parameter(1.5, low=1.0, high=2.0, examples=(1.0, 1.9, 2.0))

    def variance_power(self) -> float:
        """rho."""
        return self.rho

    def allowed_targets(self) -> Domain:
        """The gamma distribution, at rho = 2, has no mass at 0."""
        return POSITIVE if self.rho == 2.0 else NON_NEGATIVE

    def entry_value(self, r: Forms, t: Array) -> Array:
        """mu^(2 - rho) / (2 - rho) - y mu^(1 - rho) / (1 - rho), with its limits."""
        rise, fall = 2.0 - self.rho, self.rho - 1.0
        growth = self._power(r, rise) / rise if rise else r.log.value
        drop = _times(r, t, self._power(r, -fall) / fall if fall else -r.log.value)
        # At both ends one of the two outgrows the other.
        drop_wins = drop == r.xp.inf
        growth = r.xp.where(drop_wins, r.xp.zeros_like(growth), growth)
        return growth + r.xp.where(growth == r.xp.inf, r.xp.zeros_like(drop), drop)

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """mu^(2 - rho) - y mu^(1 - rho), by log mu; mu^(1 - rho) (mu - y) where these are near."""
        difference, decay = r.p - t, self._power(r, 1.0 - self.rho)
        far = self._power(r, 2.0 - self.rho) - _times(r, t, decay)
        return r.xp.where(2.0 * r.xp.abs(difference) < r.p, decay * difference, far)

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """(2 - rho) mu^(2 - rho) + (rho - 1) y mu^(1 - rho), by log mu."""
        rise, fall = 2.0 - self.rho, self.rho - 1.0
        growth = rise * self._power(r, rise) if rise else 0.0 * t
        return growth + (fall * _times(r, t, self._power(r, -fall)) if fall else 0.0 * t)

    def entry_output_hessian(self, r: Forms, t: Array) -> Array:
        """mu^(1 - rho) (rho y - (rho - 1) mu)."""
        rise, fall = 2.0 - self.rho, self.rho - 1.0
        gain = self.rho * _times(r, t, self._power(r, -fall))
        return gain - fall * self._power(r, rise) if fall else gain

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

    def _power(self, r: Forms, exponent: float) -> Array:
        return power(r.xp, r.p, r.log.value, exponent)


def _times(r: Forms, t: Array, factor: Array) -> Array:
    """t * factor, where a target of 0 counts nothing even if the factor is infinite."""
    product = t * factor
    return r.xp.where((t == 0) & (factor == factor), r.xp.zeros_like(product), product)
