"""Ranked probability score: squared error of the cumulative probabilities, for ordered classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.exact import compensated_sum
from softgrad.arrays.namespaces import Array
from softgrad.arrays.places import place_of_largest, places
from softgrad.contracts.domains import CLASS_PROBABILITIES, SHARES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss, Side
from softgrad.contracts.targets import TargetKind
from softgrad.operators import SuffixGram


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class RankedProbabilityScore(RowLoss):
    """sum_k (P_k - T_k)^2 with P_k = p_0 + ... + p_k and T_k = t_0 + ... + t_k.

    The classes are in order, and a near miss costs less than a far one. Strictly proper and
    convex in p. Its Hessian by p is 2 (n - max(i, j)). Masked classes are no thresholds.

    Source: Epstein 1969; Gneiting and Raftery 2007, section 4.2.
    """

    name: ClassVar[str] = "ranked_probability_score"
    accepts: ClassVar[tuple[Domain, ...]] = CLASS_PROBABILITIES
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "classes"
    target_domain: ClassVar[Domain | None] = SHARES
    constant_hessian: ClassVar[bool] = True

    def row_value(self, r: Forms, t: Array) -> Array:
        """The sum of squares."""
        gaps = _gaps(r, t)
        return r.xp.sum(gaps * gaps, axis=-1)

    def row_gradient(self, r: Forms, t: Array) -> Array:
        """2 sum_{k >= i} (P_k - T_k)."""
        return 2.0 * r.weights * _from_the_end(r, _gaps(r, t))

    def row_hessian(self, r: Forms, t: Array) -> SuffixGram:
        """2 (number of thresholds k >= max(i, j))."""
        keep = r.weights
        scale = 2.0 * r.xp.ones_like(t[..., 0])
        return SuffixGram(r.xp, _from_the_end(r, keep), keep, scale)

    def row_target_gradient(self, r: Forms, t: Array) -> Array:
        """What is lost by the prediction is gained by the target."""
        return -self.row_gradient(r, t)

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        return sum((sum(r[: k + 1]) - sum(t[: k + 1])) ** 2 for k in range(len(r)))


def _gaps(r: Forms, t: Array) -> Array:
    """P_k - T_k: summed from the start up to the largest p, from the end beyond it.

    Both sums leave the largest p out, whose difference from 1 the others add up to. What all
    differences add up to is 0, but for predictions or targets that were given otherwise.
    """
    xp, difference = r.xp, r.minus(t)
    total = compensated_sum(xp, difference)[..., None]
    rounding = 8.0 * float(xp.finfo(t.dtype).eps)
    total = xp.where(xp.abs(total) <= rounding, xp.zeros_like(total), total)
    up_to = xp.cumulative_sum(difference, axis=-1)
    after = _from_the_end(r, difference)
    after = xp.concat([after[..., 1:], xp.zeros_like(after[..., :1])], axis=-1)
    largest = place_of_largest(xp, r.p)
    before = places(xp, t.shape[-1], t, largest.dtype) < largest
    return r.weights * xp.where(before, up_to, total - after)


def _from_the_end(r: Forms, x: Array) -> Array:
    """Entry i: the sum of x_k over k >= i."""
    xp = r.xp
    return xp.flip(xp.cumulative_sum(xp.flip(x, axis=-1), axis=-1), axis=-1)
