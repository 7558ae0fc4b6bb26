"""Quantile loss, also called pinball loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.arrays.signs import sign
from softgrad.contracts.domains import ANY_VALUES, Domain
from softgrad.contracts.facts import ChangeOfUnits, change_of_values
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.parameters import parameter
from softgrad.contracts.separable import DifferenceLoss
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Quantile(DifferenceLoss):
    """sum_i max(tau (t_i - r_i), (tau - 1) (t_i - r_i)): minimal in the mean at the tau-quantile.

    Convex and piecewise linear; at the kink r = t the derivative is 0, and the second derivative
    is 0 everywhere. tau = 1/2 is half of `absolute_error`.

    Args:
        tau: 0 <= tau <= 1, which quantile is asked for; at the ends only one side counts. (For
            several at once there is `multi_quantile`.)

    Source: Koenker and Bassett 1978.
    """

    name: ClassVar[str] = "quantile"
    accepts: ClassVar[tuple[Domain, ...]] = ANY_VALUES
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "entries"
    flat: ClassVar[bool] = True

    tau: float = parameter(0.5, low=0.0, high=1.0, examples=(0.1, 0.9))

    def quantile_level(self) -> float:
        """tau."""
        return self.tau

    def change_of_units(self, scale: float, shift: float) -> ChangeOfUnits:
        """The loss changes by the scale."""
        return change_of_values(self, scale, shift, scale)

    def entry_value(self, r: Forms, t: Array) -> Array:
        """(1 - tau) d for d = r - t > 0, tau |d| for d < 0."""
        d = r.minus(t)
        return r.xp.where(d > 0, (1.0 - self.tau) * d, -self.tau * d)

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """1 - tau above the target, -tau below, 0 at it."""
        xp, d = r.xp, r.minus(t)
        return xp.where(d > 0, (1.0 - self.tau) * sign(xp, d), self.tau * sign(xp, d))

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """0."""
        return 0.0 * sign(r.xp, r.minus(t))  # NaN stays

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        return sum(
            max(self.tau * (y - x), (self.tau - 1) * (y - x)) for x, y in zip(r, t, strict=True)
        )
