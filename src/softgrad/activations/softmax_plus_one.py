"""Softmax with a ghost class: it may answer "none of these"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.exact import compensated_sum
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import SUB_SIMPLEX, Domain
from softgrad.contracts.exponential import exponential_weights
from softgrad.contracts.forms import Forms
from softgrad.contracts.normalised import Normalised, Weights, normalised_forms
from softgrad.contracts.parameters import parameter
from softgrad.contracts.relative_entropy import simplex_relative_entropy
from softgrad.operators import DiagonalPlusLowRank, Pivot


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class SoftmaxPlusOne(Normalised):
    """p_i = exp(z_i) / (exp(b) + sum_j exp(z_j)): softmax of [b, z] without its first output.

    The missing probability p_0 = 1 - sum(p) belongs to a ghost class with the fixed logit b. The
    Jacobian diag(p) - p p^T is therefore regular, with inverse diag(1/p) + 1 1^T / p_0, and
    adding a constant to z does matter. Smooth everywhere. It is the gradient of the convex
    potential log(exp(b) + sum exp(z)), so `fenchel_young` pairs with it, as the relative entropy
    with the ghost class as one class more; the target's share of the ghost is 1 - sum(t).

    Args:
        beta: b, the logit of the ghost; 0 is the "+ 1" of the name.

    Source: Miller 2023, "Attention is off by one" (there b = 0).
    """

    name: ClassVar[str] = "softmax_plus_one"
    domain: ClassVar[Domain] = SUB_SIMPLEX
    symmetric: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True

    beta: float = parameter(0.0, examples=(-2.0, 4.0))

    def weigh(self, xp: Namespace, z: Array) -> Weights:
        """Softmax's weights of [z, b], without the ghost's own, which stays in the sum."""
        w = exponential_weights(xp, self._with_ghost(xp, z))
        # Slopes are arrays, so that the Jacobian is no covariance of classes that sum to 1.
        one = xp.ones_like(z)
        return Weights(
            w.weights[..., :-1], w.log_weights[..., :-1], w.rest, w.mask[..., :-1], one, one
        )

    def row_excess(self, forms: Forms, t: Array) -> Array:
        """KL of [t, 1 - sum(t)] from [p, p_0]."""
        xp = forms.xp
        whole = self._with_ghost(xp, forms.logits)
        classes = normalised_forms(xp, whole, exponential_weights(xp, whole))
        left = compensated_sum(xp, xp.concat([xp.ones_like(t[..., :1]), -t], axis=-1))
        ghost = xp.maximum(left, xp.zeros_like(left))[..., None]
        return simplex_relative_entropy(classes, xp.concat([t, ghost], axis=-1))

    def _with_ghost(self, xp: Namespace, z: Array) -> Array:
        return xp.concat([z, xp.full_like(z[..., :1], self.beta)], axis=-1)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """diag(p) - p p^T; 1 - p is exact where p > 1/2."""
        return DiagonalPlusLowRank.of(p, (-p, p), pivot=Pivot(p > 0.5, p * (1.0 - p)))

    def natural_scale(self) -> float:
        """1."""
        return 1.0

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp, fsum

        e = [exp(x) for x in z]
        return [x / (exp(self.beta) + fsum(e)) for x in e]
