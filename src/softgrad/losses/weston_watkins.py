"""Weston and Watkins' hinge: every other class that comes within the margin counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.arrays.signs import sign
from softgrad.contracts.domains import REAL, SHARES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss, Side
from softgrad.contracts.margins import margin_gap
from softgrad.contracts.parameters import choice
from softgrad.contracts.targets import TargetKind
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class WestonWatkins(RowLoss):
    """sum_{j != c} max(0, 1 + r_j - r_c), or its terms squared; c is the label.

    Convex. At a kink (a violation of exactly 0) the derivative is 0; the second derivative of
    the squared form jumps there from 2 to 0 and counts as 0. Defined for labels, and for scores.

    Args:
        squared: whether each violation is squared.

    Source: Weston and Watkins 1999.
    """

    name: ClassVar[str] = "weston_watkins"
    accepts: ClassVar[tuple[Domain, ...]] = (REAL,)
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "labels"
    target_domain: ClassVar[Domain | None] = SHARES

    squared: bool = choice(False, examples=(True,))

    def is_flat(self, output: Domain) -> bool:
        """Unless the violations are squared."""
        return not self.squared

    def row_value(self, r: Forms, t: Array) -> Array:
        """The sum of the violations, or of their squares."""
        v = _violations(r, t)
        return r.xp.sum(v * v if self.squared else v, axis=-1)

    def row_gradient(self, r: Forms, t: Array) -> Array:
        """The slope of each violation at its class, less their sum at the label."""
        v = _violations(r, t)
        slope = 2.0 * v if self.squared else sign(r.xp, v)
        total = r.xp.sum(slope, axis=-1, keepdims=True)
        return slope - r.xp.where(t > 0, total, r.xp.zeros_like(slope))

    def row_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """2 sum_j (e_j - e_c)(e_j - e_c)^T over violations if squared, else 0."""
        xp = r.xp
        if not self.squared:
            return DiagonalPlusLowRank(xp.zeros_like(t))
        active = 2.0 * sign(xp, _violations(r, t))
        total = xp.sum(active, axis=-1, keepdims=True)
        return DiagonalPlusLowRank.of(active + t * total, (-t, active), (-active, t))

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        c = list(t).index(1)
        violations = [max(0, 1 + x - r[c]) for j, x in enumerate(r) if j != c]
        return sum(v**2 if self.squared else v for v in violations)


def _violations(r: Forms, t: Array) -> Array:
    """max(0, 1 + r_j - r_c) for j != c; 0 at c, at masked classes, and in rows without label."""
    xp = r.xp
    own = xp.sum(xp.where(t > 0, r.p, xp.zeros_like(r.p)), axis=-1, keepdims=True)
    gap = margin_gap(xp, r.p, own, 1.0)
    counts = (t == 0) & (r.weights > 0) & xp.any(t > 0, axis=-1, keepdims=True)
    return xp.where(counts & ~(gap <= 0), gap, xp.zeros_like(gap))
