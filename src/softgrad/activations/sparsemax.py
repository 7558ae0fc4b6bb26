"""Sparsemax, the Euclidean projection of the logits onto the probability simplex."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.activation import Activation
from softgrad.contracts.domains import SPARSE_SIMPLEX, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.sparse import sparse_forms, sparse_jacobian
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Sparsemax(Activation):
    """p_i = max(z_i - tau, 0) with tau such that they sum to 1: small logits get exactly 0.

    The Jacobian is diag(s) - s s^T / sum(s) with s the indicator of the support {p > 0}; it is
    piecewise constant, so there is no curvature. Kinks where an entry enters the support: there
    the derivative is that of {p > 0}. The same for z and z + constant. It is the gradient of a
    convex potential; `fenchel_young` pairs with it as the sparsemax loss, which is 0 where the
    true logit leads by at least 1.

    Source: Martins and Astudillo 2016. z - tau is formed as the difference of numbers with twice
    the digits, so that a small p keeps its own.
    """

    name: ClassVar[str] = "sparsemax"
    domain: ClassVar[Domain] = SPARSE_SIMPLEX
    piecewise_linear: ClassVar[bool] = True
    rowwise: ClassVar[bool] = True
    neutral: ClassVar[float] = -float("inf")
    symmetric: ClassVar[bool] = True
    shift_invariant: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True
    takes_many_steps: ClassVar[bool] = True

    def forms(self, xp: Namespace, z: Array) -> Forms:
        """alpha-entmax at alpha = 2."""
        return sparse_forms(xp, z, 2.0)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """By the support alone."""
        return sparse_jacobian(xp, p, 2.0)

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition, with the support found by trying every size."""
        from mpmath import fsum, mpf

        falling = sorted((mpf(x) for x in z), reverse=True)
        cuts = [(fsum(falling[:k]) - 1) / k for k in range(1, len(falling) + 1)]
        tau = max(cuts)  # sum [z - c]_+ - 1 >= 0 at each of them, with equality at tau
        return [max(x - tau, mpf(0)) for x in z]
