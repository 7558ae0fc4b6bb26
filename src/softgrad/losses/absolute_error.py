"""Absolute error, sum |r - t|."""

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
from softgrad.contracts.separable import DifferenceLoss
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class AbsoluteError(DifferenceLoss):
    """sum_i |r_i - t_i|: no 1/n. The prediction that minimises its mean is the median.

    Convex and piecewise linear; at the kink r = t the derivative is 0, and the second derivative
    is 0 everywhere. Of probabilities and a label c it is 2 (1 - p_c), twice `true_class_error`.

    Source: Laplace 1774.
    """

    name: ClassVar[str] = "absolute_error"
    accepts: ClassVar[tuple[Domain, ...]] = ANY_VALUES
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "entries"
    flat: ClassVar[bool] = True

    def quantile_level(self) -> float:
        """1/2, the median."""
        return 0.5

    def change_of_units(self, scale: float, shift: float) -> ChangeOfUnits:
        """The loss changes by the scale."""
        return change_of_values(self, scale, shift, scale)

    def entry_value(self, r: Forms, t: Array) -> Array:
        """|r - t|."""
        return r.xp.abs(r.minus(t))

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """The sign of r - t."""
        return sign(r.xp, r.minus(t))

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """0."""
        return 0.0 * sign(r.xp, r.minus(t))  # NaN stays

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        return sum(abs(x - y) for x, y in zip(r, t, strict=True))
