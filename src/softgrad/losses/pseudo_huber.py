"""Pseudo-Huber loss: Huber's loss without a kink in its slope."""

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
class PseudoHuber(DifferenceLoss):
    """sum_i delta^2 (sqrt(1 + (d_i / delta)^2) - 1) with d = r - t.

    Smooth and strictly convex: d^2 / 2 near the target, delta |d| far from it. Computed as
    d^2 / (1 + sqrt(1 + (d / delta)^2)), which has no cancellation.

    Args:
        delta: > 0, the scale at which the one turns into the other.

    Source: Charbonnier, Blanc-Feraud, Aubert and Barlaud 1997.
    """

    name: ClassVar[str] = "pseudo_huber"
    accepts: ClassVar[tuple[Domain, ...]] = ANY_VALUES
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "entries"
    below_parabolas: ClassVar[bool] = True

    delta: float = parameter(1.0, low=0.0, open_low=True, examples=(0.25, 5.0))

    def change_of_units(self, scale: float, shift: float) -> ChangeOfUnits:
        """delta is in the unit of the target."""
        inner = PseudoHuber(delta=self.delta / scale)
        return change_of_values(inner, scale, shift, scale * scale)

    def entry_value(self, r: Forms, t: Array) -> Array:
        """|d| (|d| / (1 + s)) with s = sqrt(1 + (d / delta)^2)."""
        size = r.xp.abs(r.minus(t))
        share = size / (1.0 + self._root(r, t))
        return size * r.xp.where(size == r.xp.inf, self.delta, share)

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """d / s, whose limits are -delta and delta."""
        xp, d = r.xp, r.minus(t)
        return xp.where(xp.isinf(d), self.delta * sign(xp, d), d / self._root(r, t))

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """1 / s^3."""
        inverse = 1.0 / self._root(r, t)
        return inverse * inverse * inverse

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import mpf, sqrt

        delta = mpf(self.delta)
        return sum(
            delta**2 * (sqrt(1 + ((x - y) / delta) ** 2) - 1) for x, y in zip(r, t, strict=True)
        )

    def _root(self, r: Forms, t: Array) -> Array:
        x = r.minus(t) / self.delta
        return r.xp.hypot(r.xp.ones_like(x), x)
