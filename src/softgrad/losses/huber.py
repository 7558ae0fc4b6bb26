"""Huber's loss: squared error near the target, absolute error far from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.exact import exact_difference
from softgrad.arrays.namespaces import Array
from softgrad.arrays.precision import rounded_constant
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
class Huber(DifferenceLoss):
    """sum_i h(r_i - t_i), h(d) = d^2 / 2 for |d| <= delta, else delta (|d| - delta / 2).

    Convex, with a continuous first derivative; the second jumps from 1 to 0 at |d| = delta and
    counts as 1 there, so that delta >= 1 is half of `squared_error` on all probabilities.

    Args:
        delta: > 0, where the quadratic part ends.

    Source: Huber 1964.
    """

    name: ClassVar[str] = "huber"
    accepts: ClassVar[tuple[Domain, ...]] = ANY_VALUES
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "entries"
    below_parabolas: ClassVar[bool] = True
    linear_tails: ClassVar[bool] = True

    delta: float = parameter(1.0, low=0.0, open_low=True, examples=(0.25, 5.0))

    def change_of_units(self, scale: float, shift: float) -> ChangeOfUnits:
        """delta is in the unit of the target."""
        inner = Huber(delta=self.delta / scale)
        return change_of_values(inner, scale, shift, scale * scale)

    def entry_value(self, r: Forms, t: Array) -> Array:
        """h(r - t)."""
        size = r.xp.abs(r.minus(t))
        inside = r.xp.minimum(size, self.delta + r.xp.zeros_like(size))
        return inside * (size - 0.5 * inside)

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """r - t, cut at -delta and delta."""
        xp, d = r.xp, r.minus(t)
        return xp.where(xp.abs(d) > self.delta, self.delta * sign(xp, d), d)

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """1 where |r - t| <= delta, else 0; what rounding lost of both decides near equality."""
        xp = r.xp
        d, low = exact_difference(xp, r.p, t)
        delta = rounded_constant(xp, d, self.delta)
        beyond = (xp.abs(d) - delta) + (sign(xp, d) * low - (self.delta - delta))
        return xp.where(beyond > 0, xp.zeros_like(d), xp.ones_like(d) + 0.0 * beyond)

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import mpf

        def h(d: Any) -> Any:
            delta = mpf(self.delta)
            return d**2 / 2 if d <= delta else delta * (d - delta / 2)

        return sum(h(abs(x - y)) for x, y in zip(r, t, strict=True))
