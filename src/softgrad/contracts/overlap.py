"""Losses of overlap, 1 - T / Q: Dice and Tversky are its cases.

    T = t . p + smooth,   Q = T + M,   M = alpha sum p (1 - t) + beta sum t (1 - p)

so that the loss is M / Q, a ratio of sums of non-negative terms. With d = dQ/dp =
t + alpha (1 - t) - beta t:

    gradient   (T d - Q t) / Q^2 = (T (alpha (1 - t) - beta t) - M t) / Q^2
    Hessian    (t d^T + d t^T) / Q^2 - 2 T d d^T / Q^3
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, NamedTuple, final

from softgrad.arrays.namespaces import Array
from softgrad.contracts.domains import CLOSED_COINS, PROBABILITIES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss
from softgrad.contracts.targets import TargetKind
from softgrad.operators import DiagonalPlusLowRank


class Overlap(NamedTuple):
    """Overlap T and mismatch M of a row, and how Q changes with p."""

    alpha: float
    beta: float
    t: Array
    hit: Array
    miss: Array
    pull: Array
    whole: Array

    @classmethod
    def of(cls, r: Forms, t: Array, alpha: float, beta: float, smooth: float) -> Overlap:
        """Masked entries overlap with nothing and miss nothing."""
        xp = r.xp

        def total(x: Array) -> Array:
            return xp.sum(x, axis=-1, keepdims=True)

        hit = total(t * r.p) + smooth
        miss = alpha * total(r.p * (1.0 - t)) + beta * total(t * r.q)
        pull = r.weights * (alpha * (1.0 - t) - beta * t)
        # An empty row that is predicted empty, without smoothing: no mismatch, no loss.
        empty = hit + miss == 0
        return cls(alpha, beta, t, hit, miss, pull, xp.where(empty, xp.ones_like(hit), hit + miss))

    def value(self) -> Array:
        """M / Q."""
        return (self.miss / self.whole)[..., 0]

    def gradient(self) -> Array:
        """(T (d - t) - M t) / Q^2."""
        hit, miss = self.hit / self.whole, self.miss / self.whole
        return (hit * self.pull - miss * self.t) / self.whole

    def target_gradient(self, r: Forms) -> Array:
        """(T (beta q - alpha p) - M p) / Q^2."""
        hit, miss = self.hit / self.whole, self.miss / self.whole
        turn = self.beta * r.q - self.alpha * r.p
        return r.weights * ((hit * turn - miss * r.p) / self.whole)

    def hessian(self) -> DiagonalPlusLowRank:
        """(t d^T + d t^T) / Q^2 - 2 T d d^T / Q^3, as (a d^T + d a^T) with a = t - (T / Q) d."""
        d = (self.t + self.pull) / self.whole
        a = (self.t - (self.hit / self.whole) * (self.t + self.pull)) / self.whole
        return DiagonalPlusLowRank.of(0.0 * d, (a, d), (d, a))


class OverlapLoss(RowLoss, ABC):
    """Base of the losses of overlap. A file supplies `overlap`."""

    accepts: ClassVar[tuple[Domain, ...]] = PROBABILITIES
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "classes"
    target_domain: ClassVar[Domain | None] = CLOSED_COINS
    convex: ClassVar[bool] = False

    @abstractmethod
    def overlap(self, r: Forms, t: Array) -> Overlap:
        """T, M and Q of each row."""

    @final
    def row_value(self, r: Forms, t: Array) -> Array:
        """What does not overlap, divided by the whole."""
        return self.overlap(r, t).value()

    @final
    def row_gradient(self, r: Forms, t: Array) -> Array:
        """(T d - Q t) / Q^2."""
        return self.overlap(r, t).gradient()

    @final
    def row_target_gradient(self, r: Forms, t: Array) -> Array:
        """(T dM/dt - M dT/dt) / Q^2."""
        return self.overlap(r, t).target_gradient(r)

    @final
    def row_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """Of rank two, indefinite."""
        return self.overlap(r, t).hessian()
