"""The hinge loss of scores, for several classes or one binary score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.contracts.domains import REAL, SHARES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss, Side
from softgrad.contracts.margins import margins
from softgrad.contracts.parameters import parameter
from softgrad.contracts.targets import TargetKind
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Hinge(RowLoss):
    """sum_c t_c max(0, m + max_{j != c} r_j - r_c): scores want a margin m.

    A row of one score is binary: t max(0, m - r) + (1 - t) max(0, m + r). Convex and piecewise
    linear; at a kink (a violation of exactly 0) the derivative is 0, among equal rivals the first
    is pulled, and the second derivative is 0 everywhere. Defined for scores, not probabilities,
    between which no margin of 1 is possible.

    Args:
        margin: m >= 0; 0 is the perceptron's loss.

    Source: Crammer and Singer 2001.
    """

    name: ClassVar[str] = "hinge"
    accepts: ClassVar[tuple[Domain, ...]] = (REAL,)
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "classes"
    target_domain: ClassVar[Domain | None] = SHARES
    flat: ClassVar[bool] = True

    margin: float = parameter(1.0, low=0.0, examples=(0.0, 2.3))

    def row_value(self, r: Forms, t: Array) -> Array:
        """The violations, each with its class's share of the target."""
        m = margins(r, t, self.margin)
        return r.xp.sum(m.weighted(m.violation), axis=-1)

    def row_gradient(self, r: Forms, t: Array) -> Array:
        """sum_c t_c (e_{best other} - e_c) over violated margins."""
        m = margins(r, t, self.margin)
        return m.pull(m.weighted(m.active))

    def row_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """0."""
        return DiagonalPlusLowRank(r.xp.zeros_like(t))

    def row_target_gradient(self, r: Forms, t: Array) -> Array:
        """The violation of each class."""
        m = margins(r, t, self.margin)
        return r.weights * m.by_target(m.violation)

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        m = self.margin
        if len(r) == 1:
            return t[0] * max(0, m - r[0]) + (1 - t[0]) * max(0, m + r[0])
        best = [max(x for j, x in enumerate(r) if j != c) for c in range(len(r))]
        return sum(y * max(0, m + b - x) for x, b, y in zip(r, best, t, strict=True))
