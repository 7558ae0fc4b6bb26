"""Softplus divided by its sum, p = log(1 + exp(z)) / sum log(1 + exp(z))."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.scaled import exp_times
from softgrad.arrays.special import log1pmx, logistic, shifted_exponentials, softplus
from softgrad.contracts.domains import SIMPLEX, Domain
from softgrad.contracts.normalised import Normalised, Weights
from softgrad.contracts.positive_weights import (
    Relative,
    finite_logits,
    positive_weights,
    through_float64,
)

# Left of this softplus(z) is exp(z) to the last digit of either dtype.
_EXPONENTIAL = -40.0


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class NormalisedSoftplus(Normalised):
    """p_i = s(z_i) / sum_j s(z_j) with s(z) = log(1 + exp(z)).

    The Jacobian is (diag(p) - p p^T) diag(a) with a = sigmoid(z) / s(z). Smooth everywhere and
    increasing in the own logit. Where all logits are far below 0 it is softmax; where they are far
    above, the logits divided by their sum. Adding a constant to z does matter.

    Source: the normalisation of positive scores (Luce 1959), with softplus as the score.
    """

    name: ClassVar[str] = "normalised_softplus"
    domain: ClassVar[Domain] = SIMPLEX

    def weigh(self, xp: Namespace, z: Array) -> Weights:
        """softplus over its largest, sigmoid / softplus and its derivative."""
        return through_float64(self._weigh, xp, z)

    def _weigh(self, xp: Namespace, z: Array) -> Weights:
        finite = finite_logits(xp, z)
        low = finite < _EXPONENTIAL
        inside = xp.maximum(finite, xp.full_like(finite, _EXPONENTIAL))
        score = softplus(xp, inside)
        log_score = xp.where(low, finite, xp.log(score))

        def relative_to(at_largest: Callable[[Array], Array]) -> Relative:
            largest, log_largest = at_largest(score), at_largest(log_score)
            far = exp_times(xp, xp.where(low, finite, -1.0), 1.0 / largest)
            weights = xp.where(low, far, score / largest)
            least = 2.0**60 * float(xp.finfo(z.dtype).smallest_normal)
            near = xp.log(xp.maximum(weights, least))
            logs = xp.where(weights > least, near, log_score - log_largest)
            # A row that is low throughout is softmax's.
            e = shifted_exponentials(xp, xp.where(z == xp.inf, finite, z))
            all_low = log_largest < _EXPONENTIAL
            return Relative(
                xp.where(all_low, e.weights, weights), xp.where(all_low, e.differences, logs)
            )

        p, q = logistic(xp, inside), logistic(xp, -inside)
        slope = xp.where(low, 1.0, p / score)
        # q score - p = -q (exp(z) - log1p(exp(z))), which is small for small exp(z).
        small = xp.exp(xp.minimum(finite, xp.ones_like(finite)))
        gap = xp.where(inside < 1.0, q * log1pmx(xp, small), q * score - p)
        log_bend = xp.where(low, -0.5 * small, p * gap / score / score)
        bend = xp.where(low, 1.0, p * q / score)
        return positive_weights(xp, z, log_score, relative_to, slope, bend, log_bend)

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp, fsum, log1p

        s = [log1p(exp(x)) for x in z]
        return [x / fsum(s) for x in s]
