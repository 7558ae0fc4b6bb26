"""Squared error, sum (r - t)^2; of probabilities it is the Brier score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.contracts.domains import ANY_VALUES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.separable import DifferenceLoss
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class SquaredError(DifferenceLoss):
    """sum_i (r_i - t_i)^2: no 1/2 and no 1/n. Of probabilities it is the Brier score.

    Smooth and convex in r; through softmax it is neither convex nor free of plateaus: a
    confidently wrong row has a vanishing gradient.

    Source: Brier 1950. r - t goes through 1 - r where r is a probability above 1/2.
    """

    name: ClassVar[str] = "squared_error"
    accepts: ClassVar[tuple[Domain, ...]] = ANY_VALUES
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "entries"
    constant_hessian: ClassVar[bool] = True

    def variance_power(self) -> float:
        """0: a normal distribution."""
        return 0.0

    def entry_value(self, r: Forms, t: Array) -> Array:
        """(r - t)^2."""
        difference = r.minus(t)
        return difference * difference

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """2 (r - t)."""
        return 2.0 * r.minus(t)

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """2."""
        return 2.0 * r.xp.ones_like(t)

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        return sum((x - y) ** 2 for x, y in zip(r, t, strict=True))
