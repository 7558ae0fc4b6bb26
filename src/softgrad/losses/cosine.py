"""Cosine loss, 1 - cos of the angle between prediction and target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.contracts.directions import Direction
from softgrad.contracts.domains import ANY_VALUES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss, Side
from softgrad.contracts.targets import TargetKind
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Cosine(RowLoss):
    """|u - w|^2 / 2 with u = r / |r| and w = t / |t|, which is 1 - cos(r, t).

    It does not change when r or t is scaled by a positive number, and is not convex. Written as
    half a squared distance it keeps its digits for a small angle. A row of zeros has no
    direction: u (or w) counts as 0 there, with no slope.

    Source: Salton, Wong and Yang 1975 (the cosine of two documents).
    """

    name: ClassVar[str] = "cosine"
    accepts: ClassVar[tuple[Domain, ...]] = ANY_VALUES
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "entries"
    scale_invariant: ClassVar[bool] = True
    convex: ClassVar[bool] = False

    def row_value(self, r: Forms, t: Array) -> Array:
        """sum (u - w)^2 / 2; where both are nearly 1, u - w is (1 - w) - (1 - u)."""
        xp = r.xp
        a, b = Direction.of(xp, _kept(r)), Direction.of(xp, t)
        both = a.dominant & b.dominant & (a.unit * b.unit > 0)
        difference = xp.where(both, b.shortfall - a.shortfall, a.unit - b.unit)
        return 0.5 * xp.sum(difference * difference, axis=-1)

    def row_gradient(self, r: Forms, t: Array) -> Array:
        """-(w - (w . u) u) / |r|."""
        xp = r.xp
        direction = Direction.of(xp, _kept(r))
        _, v = direction.orthogonal(xp, Direction.of(xp, t).unit)
        return -v * direction.inverse_length

    def row_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """((w . u)(I - u u^T) + u v^T + v u^T) / |r|^2 with v = w - (w . u) u."""
        return Direction.of(r.xp, _kept(r)).bend(r.xp, Direction.of(r.xp, t).unit)

    def row_target_gradient(self, r: Forms, t: Array) -> Array:
        """-(u - (u . w) w) / |t|: prediction and target change places."""
        xp = r.xp
        aim = Direction.of(xp, t)
        _, v = aim.orthogonal(xp, Direction.of(xp, _kept(r)).unit)
        return r.weights * (-v * aim.inverse_length)

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """1 - cos, by its definition; (|u|^2 + |w|^2) / 2 where a row has no direction."""
        from mpmath import mpf, sqrt

        sizes = [sqrt(sum(x * x for x in row)) for row in (r, t)]
        squares = mpf(sum(1 for size in sizes if size)) / 2
        product = sizes[0] * sizes[1]
        overlap = sum(x * y for x, y in zip(r, t, strict=True))
        return squares - (overlap / product if product else 0)


def _kept(r: Forms) -> Array:
    """The prediction, 0 where it is masked (a masked logarithm is -inf)."""
    return r.p if r.keep is None else r.xp.where(r.keep, r.p, r.xp.zeros_like(r.p))
