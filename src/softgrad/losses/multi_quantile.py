"""Several quantiles of one value at once, one level a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, cast, final

from softgrad.arrays.namespaces import Array
from softgrad.arrays.signs import sign
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.facts import ChangeOfUnits, change_of_values
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss, Side
from softgrad.contracts.parameters import Range, choice, parameter
from softgrad.contracts.separable import counted
from softgrad.contracts.targets import TargetKind
from softgrad.errors import ParameterError, ShapeError
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class MultiQuantile(RowLoss):
    """sum_k quantile loss at tau_k of (r_k, y) + crossing sum_k max(0, r_k - r_{k + 1}).

    Predictions have one column a level, targets one observed value y a row. Convex and piecewise
    linear; at the kinks r_k = y and r_k = r_{k + 1} the derivative is 0, and the second derivative
    is 0 everywhere. Without `crossing` it is the sum of `quantile` losses, and quantiles that are
    fitted apart may cross. The penalty makes crossing dear, more than which it does not promise:
    rows that were not trained on may cross still. Sorting a row of predictions guarantees
    order, and never makes this loss larger (rearrangement).

    Args:
        tau: the levels, 0 <= tau_k <= 1, each larger than the one before.
        crossing: >= 0, what a unit costs by which a quantile lies above the next one.

    Source: Koenker and Bassett 1978; Chernozhukov, Fernandez-Val and Galichon 2010 (sorting).
    """

    name: ClassVar[str] = "multi_quantile"
    accepts: ClassVar[tuple[Domain, ...]] = (REAL,)
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "row"
    flat: ClassVar[bool] = True
    ascending: ClassVar[bool] = True
    row_length: ClassVar[int | None] = 3

    tau: tuple[float, ...] = choice((0.1, 0.5, 0.9), examples=((0.25, 0.75),))
    crossing: float = parameter(0.0, low=0.0, examples=(0.7,))

    def validate(self) -> None:
        """Levels in their order; how many there are is the length of this object's rows."""
        tau = cast(object, self.tau)
        if not isinstance(tau, tuple) or not tau:
            raise ParameterError(f"MultiQuantile: tau is {tau!r}; expected a tuple of levels")
        levels = [Range(0.0, 1.0).read("MultiQuantile", "a level of tau", x) for x in self.tau]
        object.__setattr__(self, "tau", tuple(levels))
        if any(a >= b for a, b in pairwise(levels)):
            raise ParameterError(
                f"MultiQuantile: tau is {tau!r}; expected each level above the one before"
            )
        object.__setattr__(self, "row_length", len(self.tau))

    def quantile_levels(self) -> tuple[float, ...]:
        """tau, unless what crosses costs."""
        return () if self.crossing else self.tau

    def row_value(self, r: Forms, t: Array) -> Array:
        """The losses of the levels, and what crossing costs."""
        xp, d, above, below = self._parts(r, t)
        costs = xp.where(d > 0, counted(xp, above, d), counted(xp, below, -d))
        crossed = self.crossing * _crossed(r)
        by = crossed * (r.p[..., :-1] - r.p[..., 1:])
        by = xp.where(crossed > 0, by, xp.zeros_like(by))
        return xp.sum(counted(xp, r.weights, costs), axis=-1) + xp.sum(by, axis=-1)

    def row_gradient(self, r: Forms, t: Array) -> Array:
        """1 - tau above the target, -tau below; what crossed is pulled down, and its next up."""
        xp, crossed, none = r.xp, self.crossing * _crossed(r), r.xp.zeros_like(r.p[..., :1])
        pull = xp.concat([crossed, none], axis=-1) - xp.concat([none, crossed], axis=-1)
        return self._slopes(r, t) + pull

    def row_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """0."""
        return DiagonalPlusLowRank(r.xp.zeros_like(t))

    def row_target_gradient(self, r: Forms, t: Array) -> Array:
        """What the losses of the levels gain by the prediction they lose by the target."""
        return -self._slopes(r, t)

    def change_of_units(self, scale: float, shift: float) -> ChangeOfUnits:
        """Quantiles change as the value does, and the loss by the scale."""
        return change_of_values(self, scale, shift, scale)

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        levels = sum(
            max(level * (t[0] - x), (level - 1) * (t[0] - x))
            for level, x in zip(self.tau, r, strict=True)
        )
        crossed = sum(max(0, x - above) for x, above in pairwise(r))
        return levels + self.crossing * crossed

    def _slopes(self, r: Forms, t: Array) -> Array:
        xp, d, above, below = self._parts(r, t)
        return r.weights * xp.where(d > 0, above * sign(xp, d), below * sign(xp, d))

    def _parts(self, r: Forms, t: Array) -> tuple[Any, Array, Array, Array]:
        """The namespace, r - y, and what a unit costs above and below."""
        xp, n = r.xp, r.p.shape[-1]
        if n != len(self.tau):
            raise ShapeError(
                f"prediction has rows of length {n}; {self!r} takes one column a level"
            )
        one = xp.ones_like(r.p[..., :1])
        above = xp.concat([(1.0 - level) * one for level in self.tau], axis=-1)
        below = xp.concat([level * one for level in self.tau], axis=-1)
        return xp, r.p - t, above, below


def _crossed(r: Forms) -> Array:
    """1.0 where a quantile lies above the next one and neither is masked, shape (..., n - 1)."""
    both = r.weights[..., :-1] * r.weights[..., 1:]
    return r.xp.where(r.p[..., :-1] > r.p[..., 1:], both, 0.0 * both)
