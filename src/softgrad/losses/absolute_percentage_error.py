"""Absolute percentage error, |r - t| / |t|."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.arrays.signs import sign
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.parameters import parameter
from softgrad.contracts.separable import SeparableLoss
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class AbsolutePercentageError(SeparableLoss):
    """sum_i |r_i - t_i| / max(|t_i|, floor): a share of the target, not times 100, and no 1/n.

    Convex and piecewise linear in r; at the kink r = t the derivative is 0, and the second
    derivative is 0 everywhere. It is `absolute_error` with the weight 1 / |t|, so what minimises
    it in the mean is a median that leans to small targets.

    Args:
        floor: > 0, below which a target weighs no more. As scikit-learn has it, the distance of 1
            from the next float64, so that a target of 0 weighs 4.5e15; 1 is LightGBM's mape.

    Source: scikit-learn's mean_absolute_percentage_error; de Myttenaere et al. 2016.
    """

    name: ClassVar[str] = "absolute_percentage_error"
    accepts: ClassVar[tuple[Domain, ...]] = (REAL,)
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "entries"
    flat: ClassVar[bool] = True

    floor: float = parameter(2.0**-52, low=0.0, open_low=True, examples=(1.0,))

    def entry_value(self, r: Forms, t: Array) -> Array:
        """|r - t| / size."""
        return r.xp.abs(r.minus(t)) / self._size(r, t)

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """The sign of r - t, over size."""
        return sign(r.xp, r.minus(t)) / self._size(r, t)

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """0."""
        return 0.0 * sign(r.xp, r.minus(t))  # NaN stays

    def entry_target_gradient(self, r: Forms, t: Array) -> Array:
        """-sign(r - t) / size, and where t is the size -sign(t) |r - t| / size^2."""
        xp, size = r.xp, self._size(r, t)
        through_size = sign(xp, t) * (xp.abs(r.minus(t)) / size)
        through_size = xp.where(xp.abs(t) > self.floor, through_size, xp.zeros_like(through_size))
        return -(sign(xp, r.minus(t)) + through_size) / size

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        return sum(abs(x - y) / max(abs(y), self.floor) for x, y in zip(r, t, strict=True))

    def _size(self, r: Forms, t: Array) -> Array:
        return r.xp.maximum(r.xp.abs(t), self.floor)
