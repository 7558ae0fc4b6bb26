"""The spherical score: how far the direction of the probabilities is from the label's axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.contracts.directions import Direction
from softgrad.contracts.domains import CLASS_PROBABILITIES, SHARES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss, Side
from softgrad.contracts.targets import TargetKind
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class SphericalScore(RowLoss):
    """sum_c t_c (1 - p_c / |p|): of a label 1 - p_c / |p|, of a distribution t its mean over t.

    Strictly proper: over p it is minimal at p = t, where it is 1 - |t|, not 0. It does not change
    when p is scaled. 1 - p_c / |p| is a sum over the other classes, so that it keeps its digits
    for confident rows. A row that is masked out whole counts 0.

    Source: Roby 1965; Gneiting and Raftery 2007, section 4.1, with the sign of a loss.
    """

    name: ClassVar[str] = "spherical_score"
    accepts: ClassVar[tuple[Domain, ...]] = CLASS_PROBABILITIES
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "classes"
    target_domain: ClassVar[Domain | None] = SHARES
    convex: ClassVar[bool] = False

    def row_value(self, r: Forms, t: Array) -> Array:
        """sum_c t_c (1 - u_c) with u = p / |p|."""
        return r.xp.sum(t * Direction.of(r.xp, r.p).shortfall, axis=-1)

    def row_gradient(self, r: Forms, t: Array) -> Array:
        """-(t - (t . u) u) / |p|."""
        direction = Direction.of(r.xp, r.p)
        _, v = direction.orthogonal(r.xp, t)
        return -v * direction.inverse_length

    def row_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """((t . u)(I - u u^T) + u v^T + v u^T) / |p|^2 with v = t - (t . u) u."""
        return Direction.of(r.xp, r.p).bend(r.xp, t)

    def row_target_gradient(self, r: Forms, t: Array) -> Array:
        """1 - u_c of every class."""
        return r.weights * Direction.of(r.xp, r.p).shortfall

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import sqrt

        norm = sqrt(sum(p * p for p in r))
        return sum(y * (1 - p / norm) for p, y in zip(r, t, strict=True))
