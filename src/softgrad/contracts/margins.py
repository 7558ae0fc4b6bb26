"""By how much the best other score comes within m of a class's own: Crammer and Singer's margins.

    violation_c = max(0, m + max_{j != c} r_j - r_c)

In O(n): the best other score is the largest one, and for the largest itself the second largest.
A row of one score s is binary: the violations of "yes" and "no" are max(0, m - s), max(0, m + s).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import final

from softgrad.arrays.exact import exact_difference, two_sum
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.places import first_largest
from softgrad.arrays.precision import rounded_constant
from softgrad.contracts.forms import Forms
from softgrad.contracts.separable import counted
from softgrad.operators import DiagonalPlusLowRank


class Margins(ABC):
    """The violations of a row of scores, one for each class that may be the true one.

    Attributes:
        violation: shape (..., k), each >= 0.
        share: how much of the target each class has, shape (..., k).
    """

    xp: Namespace
    violation: Array
    share: Array

    @abstractmethod
    def pull(self, weights: Array) -> Array:
        """sum_c w_c (gradient of violation c where it is > 0), shape (..., n)."""

    @abstractmethod
    def gram(self, weights: Array) -> DiagonalPlusLowRank:
        """sum_c w_c (that gradient)(that gradient)^T."""

    @abstractmethod
    def by_target(self, costs: Array) -> Array:
        """The derivative of the sum of share * costs by the target, shape (..., n)."""

    @final
    def weighted(self, values: Array) -> Array:
        """share * values, 0 where a class has no share, even of an infinite violation."""
        return counted(self.xp, self.share, values)

    @final
    @property
    def active(self) -> Array:
        """1.0 where the violation is > 0; at the kink, where it is exactly 0, 0.0."""
        xp = self.xp
        ones = xp.ones_like(self.violation)
        return xp.where(self.violation == 0, xp.zeros_like(ones), ones)


def margins(r: Forms, t: Array, margin: float) -> Margins:
    """The violations of scores r, for targets t: binary where a row is one score."""
    return BinaryMargins(r, t, margin) if t.shape[-1] == 1 else ClassMargins(r, t, margin)


@final
class BinaryMargins(Margins):
    """Of one score: "yes" has the share t, "no" the share 1 - t."""

    def __init__(self, r: Forms, t: Array, margin: float) -> None:
        self.xp = xp = r.xp
        both = xp.concat([-r.p, r.p], axis=-1)
        self.violation = _positive(xp, _plus(xp, margin, both, xp.zeros_like(both)))
        self.share = xp.concat([t * r.weights, (1.0 - t) * r.weights], axis=-1)

    def pull(self, weights: Array) -> Array:
        """-1 for "yes", 1 for "no"."""
        return weights[..., 1:] - weights[..., :1]

    def by_target(self, costs: Array) -> Array:
        """That of "yes" less that of "no"."""
        return costs[..., :1] - costs[..., 1:]

    def gram(self, weights: Array) -> DiagonalPlusLowRank:
        """1 for both."""
        return DiagonalPlusLowRank(weights[..., 1:] + weights[..., :1])


@final
class ClassMargins(Margins):
    """Of two scores or more: e_j - e_c, with j the best other (the first of equal ones)."""

    def __init__(self, r: Forms, t: Array, margin: float) -> None:
        self.xp = xp = r.xp
        never = xp.full_like(r.p, -float("inf"))
        scores = r.p if r.keep is None else xp.where(r.keep, r.p, never)
        at_first = first_largest(xp, scores)
        others = xp.where(at_first, never, scores)
        first, second = (xp.max(s, axis=-1, keepdims=True) for s in (scores, others))
        rival = xp.where(at_first, second, first)
        gap = xp.where(rival == never, never, margin_gap(xp, rival, r.p, margin))
        self.violation = _positive(xp, gap)
        self.share = t
        self._first = xp.astype(at_first, t.dtype)
        self._second = xp.astype(first_largest(xp, others), t.dtype)

    def pull(self, weights: Array) -> Array:
        """Each class is pulled down, and its best other up."""
        xp, none = self.xp, self.xp.zeros_like(weights)
        at_first, rest = self._parted(weights)
        total = xp.sum(rest, axis=-1, keepdims=True)
        raised = xp.where(self._first > 0, total, none) + xp.where(self._second > 0, at_first, none)
        return raised - weights

    def by_target(self, costs: Array) -> Array:
        """The costs."""
        return costs

    def gram(self, weights: Array) -> DiagonalPlusLowRank:
        """Diagonal plus rank three: all differences but one contain the largest score."""
        at_first, rest = self._parted(weights)
        total = self.xp.sum(rest, axis=-1, keepdims=True)
        step = self._second - self._first
        return DiagonalPlusLowRank.of(
            rest + self._first * total,
            (-self._first, rest),
            (-rest, self._first),
            (at_first * step, step),
        )

    def _parted(self, weights: Array) -> tuple[Array, Array]:
        """The weight of the class with the largest score, shape (..., 1), and the others'."""
        xp, none = self.xp, self.xp.zeros_like(weights)
        at_first = xp.sum(xp.where(self._first > 0, weights, none), axis=-1, keepdims=True)
        return at_first, xp.where(self._first > 0, none, weights)


def margin_gap(xp: Namespace, rival: Array, own: Array, margin: float) -> Array:
    """margin + rival - own, with the sign of the exact sum.

    What rounding rival - own lost decides where the two are a margin apart.
    """
    return _plus(xp, margin, *exact_difference(xp, rival, own))


def _plus(xp: Namespace, margin: float, d: Array, low: Array) -> Array:
    """margin + d + low, for a margin that takes three numbers of the dtype of d to hold."""
    near = rounded_constant(xp, d, margin)
    rest = rounded_constant(xp, d, margin - near)
    small, error = two_sum(low, rest + xp.zeros_like(d))
    return ((near + d) + small) + (error + (margin - near - rest))


def _positive(xp: Namespace, x: Array) -> Array:
    """max(0, x), with NaN kept."""
    return xp.where(x <= 0, xp.zeros_like(x), x)
