"""The squared hinge loss of scores, for several classes or one binary score."""

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
class SquaredHinge(RowLoss):
    """sum_c t_c max(0, m + max_{j != c} r_j - r_c)^2: the hinge without a jump in its slope.

    A row of one score is binary: t max(0, m - r)^2 + (1 - t) max(0, m + r)^2. Convex. The second
    derivative jumps where a violation vanishes, and counts as 0 there; among equal rivals, where
    the first derivative jumps too, the first is pulled. Defined for scores, not probabilities.

    Args:
        margin: m >= 0.

    Source: Crammer and Singer 2001, squared as in Lee and Lin 2013.
    """

    name: ClassVar[str] = "squared_hinge"
    accepts: ClassVar[tuple[Domain, ...]] = (REAL,)
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "classes"
    target_domain: ClassVar[Domain | None] = SHARES

    margin: float = parameter(1.0, low=0.0, examples=(0.0, 2.3))

    def row_value(self, r: Forms, t: Array) -> Array:
        """The squared violations, each with its class's share of the target."""
        m = margins(r, t, self.margin)
        return r.xp.sum(m.weighted(m.violation * m.violation), axis=-1)

    def row_gradient(self, r: Forms, t: Array) -> Array:
        """sum_c 2 t_c violation_c (e_{best other} - e_c)."""
        m = margins(r, t, self.margin)
        return m.pull(2.0 * m.weighted(m.violation))

    def row_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """sum_c 2 t_c (e_{best other} - e_c)(e_{best other} - e_c)^T over violated margins."""
        m = margins(r, t, self.margin)
        return m.gram(2.0 * m.weighted(m.active))

    def row_target_gradient(self, r: Forms, t: Array) -> Array:
        """The squared violation of each class."""
        m = margins(r, t, self.margin)
        return r.weights * m.by_target(m.violation * m.violation)

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        m = self.margin
        if len(r) == 1:
            return t[0] * max(0, m - r[0]) ** 2 + (1 - t[0]) * max(0, m + r[0]) ** 2
        best = [max(x for j, x in enumerate(r) if j != c) for c in range(len(r))]
        return sum(y * max(0, m + b - x) ** 2 for x, b, y in zip(r, best, t, strict=True))
