"""z-loss, (log sum exp z)^2: keeps the logits of a softmax from drifting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, final

from softgrad.arrays.namespaces import Array
from softgrad.arrays.special import shifted_exponentials
from softgrad.contracts.domains import ANY_VALUES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss, Side
from softgrad.contracts.targets import TargetKind
from softgrad.operators import CategoricalCovariance, DiagonalPlusLowRank, Operator


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class ZLoss(RowLoss):
    """(log sum_j exp z_j)^2 of the logits z, whatever the activation and the target.

    An addable term, as in cross_entropy + 1e-4 * z_loss: it holds log Z near 0. Not convex where
    log Z < 0. Called without an activation, it takes the prediction as logits; `exact` takes
    logits too. Rows that are -inf throughout count 0.

    Source: Chowdhery et al. 2022 (PaLM), section 5.
    """

    name: ClassVar[str] = "z_loss"
    accepts: ClassVar[tuple[Domain, ...]] = ANY_VALUES
    lives_on: ClassVar[LivesOn] = LivesOn.LOGITS
    targets: ClassVar[TargetKind] = "entries"
    convex: ClassVar[bool] = False

    def row_value(self, r: Forms, t: Array) -> Array:
        """(log Z)^2."""
        log_z = _partition(r).log_z[..., 0]
        return log_z * log_z

    def row_gradient(self, r: Forms, t: Array) -> Array:
        """2 log Z softmax(z), by z."""
        xp, parts = r.xp, _partition(r)
        return xp.where(parts.p == 0, xp.zeros_like(parts.p), 2.0 * parts.log_z * parts.p)

    def row_hessian(self, r: Forms, t: Array) -> Operator:
        """2 p p^T + 2 log Z (diag(p) - p p^T), by z."""
        p, q, log_z = _partition(r)
        # A row with one +inf is one-hot, and spreads nothing.
        log_z = r.xp.where(r.xp.isinf(log_z), r.xp.zeros_like(log_z), log_z)
        spread = CategoricalCovariance(r.xp, p, q) * (2.0 * log_z[..., 0])
        return spread + DiagonalPlusLowRank.of(0.0 * p, (2.0 * p, p))

    def row_target_gradient(self, r: Forms, t: Array) -> Array:
        """0: it looks at no target."""
        return r.xp.zeros_like(t)

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition, of logits."""
        from mpmath import exp, log

        return log(sum(exp(x) for x in r)) ** 2


class _Partition(NamedTuple):
    """softmax(z), 1 - softmax(z), and log Z of shape (..., 1)."""

    p: Array
    q: Array
    log_z: Array


def _partition(r: Forms) -> _Partition:
    xp, z = r.xp, r.logits
    e = shifted_exponentials(xp, z)
    total = 1.0 + e.rest
    p = e.weights / total
    q = xp.where(e.mask, e.rest / total, 1.0 - p)
    log_z = xp.max(z, axis=-1, keepdims=True) + xp.log1p(e.rest)
    empty = log_z == -float("inf")
    return _Partition(p, q, xp.where(empty, xp.zeros_like(log_z), log_z))
