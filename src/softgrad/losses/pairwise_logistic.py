"""The logistic loss of pairs: RankNet's, and with the weights of NDCG that of LambdaRank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.logistic import logistic, sech_squared, softplus
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.pairs_of_entries import by_blocks, differences, discounts, ideal_gain
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss, Side
from softgrad.contracts.parameters import choice
from softgrad.contracts.targets import TargetKind
from softgrad.errors import ParameterError
from softgrad.operators.pair_laplacian import PairLaplacian

_LOG_2 = 0.6931471805599453
_WEIGHTINGS = ("even", "ndcg")


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class PairwiseLogistic(RowLoss):
    """sum over pairs with t_i > t_j of w_ij log(1 + exp(z_j - z_i)), for scores z of one group.

    A row is a group (a query), its entries what is ranked there; targets are relevances, of which
    only the order counts for even weights. A number added to all z changes nothing. Convex for
    even weights; with those of NDCG it jumps where two scores change places, and its derivatives
    are those between the jumps. Value, gradient and a product with the Hessian take O(n^2), in
    blocks that fit in memory. It has no derivative by its target.

    Args:
        weighting: "even" (w = 1: RankNet), or "ndcg" (LambdaRank): by how much NDCG would change,
            were the two exchanged, |2^t_i - 2^t_j| |1 / log2(1 + rank_i) - 1 / log2(1 + rank_j)|
            over the gain of the best order, ranks being those of z.

    Source: Burges et al. 2005 (RankNet); Burges 2010 (LambdaRank).
    """

    name: ClassVar[str] = "pairwise_logistic"
    accepts: ClassVar[tuple[Domain, ...]] = (REAL,)
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "entries"
    compares_entries: ClassVar[bool] = True

    weighting: str = choice("even", examples=("ndcg",))

    def validate(self) -> None:
        """One of the two."""
        if self.weighting not in _WEIGHTINGS:
            raise ParameterError(
                f"PairwiseLogistic: weighting is {self.weighting!r}; "
                f"expected {' or '.join(map(repr, _WEIGHTINGS))}"
            )

    def row_value(self, r: Forms, t: Array) -> Array:
        """The sum over pairs."""
        parts = self._parts(r, t)

        def of_block(block: slice) -> Array:
            order, weight, gap = _pairs(r.xp, block, *parts)
            cost = r.xp.where((order > 0.0) & (weight > 0.0), weight * softplus(r.xp, -gap), 0.0)
            return r.xp.sum(cost, axis=-1)

        return r.xp.sum(by_blocks(r.xp, r.p, of_block), axis=-1) + _spoiled(r, t)[..., 0]

    def row_gradient(self, r: Forms, t: Array) -> Array:
        """Each one is pulled up by those that it should beat, and down by those above it."""
        parts = self._parts(r, t)

        def of_block(block: slice) -> Array:
            order, weight, gap = _pairs(r.xp, block, *parts)
            pull = -order * weight * logistic(r.xp, -order * gap)
            return r.xp.sum(r.xp.where(weight > 0.0, pull, 0.0), axis=-1)

        return by_blocks(r.xp, r.p, of_block) + _spoiled(r, t)

    def row_hessian(self, r: Forms, t: Array) -> PairLaplacian:
        """The sum over pairs of w p (1 - p) (e_i - e_j) (e_i - e_j)^T."""
        return PairLaplacian(r.xp, _bends, self._parts(r, t), r.xp.ones_like(t[..., 0]))

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import exp, log, mpf

        n = len(r)
        discount = [1] * n
        best = mpf(1)
        if self.weighting == "ndcg":
            order = sorted(range(n), key=lambda i: -r[i])
            discount = [1 / log(2 + order.index(i), 2) for i in range(n)]
            gains = sorted((mpf(2) ** x - 1 for x in t), reverse=True)
            best = sum(gain / log(2 + i, 2) for i, gain in enumerate(gains))

        def weight(i: int, j: int) -> Any:
            if self.weighting == "even":
                return 1
            return abs((mpf(2) ** t[i] - mpf(2) ** t[j]) * (discount[i] - discount[j]) / best)

        return sum(
            weight(i, j) * log(1 + exp(r[j] - r[i]))
            for i in range(n)
            for j in range(n)
            if t[i] > t[j]
        )

    def _parts(self, r: Forms, t: Array) -> tuple[Array, ...]:
        """Scores, relevances, what counts, and for weights of NDCG gains and discounts."""
        xp, z = r.xp, r.p
        kept = r.weights
        if self.weighting == "even":
            return z, t, kept
        known = z if r.keep is None else xp.where(r.keep, z, -float("inf"))
        gain = kept * xp.expm1(_LOG_2 * t)
        best = ideal_gain(xp, gain)
        return z, t, kept, xp.where(best > 0.0, gain / best, 0.0), discounts(xp, known)


def _pairs(
    xp: Namespace, block: slice, z: Array, t: Array, kept: Array, *of_ndcg: Array
) -> tuple[Array, Array, Array]:
    """The sign of t_i - t_j, the weight, and z_i - z_j, shape (..., block, n)."""
    rise = differences(t, block)
    order = xp.astype(rise > 0.0, z.dtype) - xp.astype(rise < 0.0, z.dtype)
    weight = kept[..., block, None] * kept[..., None, :] * xp.abs(order)
    for part in of_ndcg:
        weight = weight * xp.abs(differences(part, block))
    return order, weight, differences(z, block)


def _bends(xp: Namespace, block: slice, *parts: Array) -> Array:
    """w p (1 - p) of each pair."""
    _, weight, gap = _pairs(xp, block, *parts)
    return xp.where(weight > 0.0, weight * (0.25 * sech_squared(xp, 0.5 * gap)), 0.0)


def _spoiled(r: Forms, t: Array) -> Array:
    """NaN in rows that have one, else 0; shape (..., 1)."""
    xp = r.xp
    lost = xp.any((r.p != r.p) | (t != t), axis=-1, keepdims=True)
    return xp.where(lost, xp.nan, xp.zeros_like(r.p[..., :1]))
