"""Focal loss, (1 - p)^gamma times cross-entropy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import POSITIVE_PROBABILITIES, Domain
from softgrad.contracts.parameters import Range, choice, parameter
from softgrad.contracts.separable import TrueClass, TrueClassLoss


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Focal(TrueClassLoss):
    """-sum_c t_c (1 - p_c)^gamma log p_c; on coins both sides of each.

    Rows that are right already count little. gamma = 0 is cross-entropy; for gamma > 0 the loss
    is improper (its minimiser is less confident than the target) and not convex in the logits
    of hopeless rows.

    Args:
        gamma: >= 0. For 0 < gamma < 1 the second derivative grows without bound as p -> 1, like
            (1 - p)^(gamma - 1); at p = 1 a large finite number stands for it, so that a row
            whose 1 - p has underflowed contributes its limit, 0, through any activation.
        alpha: None, or 0 <= alpha <= 1: on coins heads count alpha and tails 1 - alpha. Of classes
            it says nothing: give each its `class_weight`.

    Source: Lin, Goyal, Girshick, He and Dollar 2017; alpha as in torchvision's
    sigmoid_focal_loss, whose default is 0.25.
    """

    name: ClassVar[str] = "focal"
    accepts: ClassVar[tuple[Domain, ...]] = POSITIVE_PROBABILITIES

    gamma: float = parameter(2.0, low=0.0, examples=(0.0, 0.5, 1.0, 3.0))

    alpha: float | None = choice(None, examples=(0.25, 1.0))

    def validate(self) -> None:
        """A share, where alpha is given."""
        if self.alpha is not None:
            alpha = Range(0.0, 1.0).read("Focal", "alpha", self.alpha)
            object.__setattr__(self, "alpha", alpha)

    @property
    def side_weights(self) -> tuple[float, float]:
        """Alpha and 1 - alpha."""
        return (1.0, 1.0) if self.alpha is None else (self.alpha, 1.0 - self.alpha)

    def psi(self, xp: Namespace, c: TrueClass) -> Array:
        """q^gamma L."""
        return c.q**self.gamma * c.nll

    def psi_first(self, xp: Namespace, c: TrueClass) -> Array:
        """q^gamma (1 + gamma p L / q)."""
        return c.q**self.gamma * (1.0 + self.gamma * (c.p * _nll_over_q(xp, c)))

    def psi_second(self, xp: Namespace, c: TrueClass) -> Array:
        """gamma p q^(gamma - 1) (2 - L + (gamma - 1) p L / q)."""
        q = xp.maximum(c.q, xp.full_like(c.q, float(xp.finfo(c.q.dtype).smallest_normal)))
        bracket = c.p * (2.0 - _finite(xp, c) + (self.gamma - 1.0) * (c.p * _nll_over_q(xp, c)))
        return (self.gamma * q ** (self.gamma - 1.0)) * bracket

    def psi_by_output(self, xp: Namespace, c: TrueClass) -> Array:
        """q^gamma + gamma p q^(gamma - 1) (2 + (gamma - 1) p L / q), free of cancelling terms."""
        q = xp.maximum(c.q, xp.full_like(c.q, float(xp.finfo(c.q.dtype).smallest_normal)))
        bracket = c.p * (2.0 + (self.gamma - 1.0) * (c.p * _nll_over_q(xp, c)))
        return c.q**self.gamma + (self.gamma * q ** (self.gamma - 1.0)) * bracket

    def exact_psi(self, p: Any) -> Any:
        """-(1 - p)^gamma log p."""
        from mpmath import log

        return -((1 - p) ** self.gamma) * log(p)


def _finite(xp: Namespace, c: TrueClass) -> Array:
    """L, and 0 where p = 0 makes it infinite: only p L, whose limit is 0, is asked for there."""
    return xp.where(c.nll == xp.inf, xp.zeros_like(c.nll), c.nll)


def _nll_over_q(xp: Namespace, c: TrueClass) -> Array:
    """L / (1 - p), which tends to 1 as p -> 1."""
    some = c.q > 0
    return xp.where(some | (c.q != c.q), _finite(xp, c) / xp.where(some, c.q, 1.0 + c.q), 1.0)
