"""One theorem for p = g(z) / sum g(z): softmax, Taylor, spherical and softplus are its cases.

With a = g'/g and b = g''/g, entry by entry, and c = p (u - p.u):

    J        = (diag(p) - p p^T) diag(a)
    sum u_k Hess p_k = diag(b c) - (a c)(a p)^T - (a p)(a c)^T
    J of log p       = diag(a) - 1 (a p)^T
    sum u_k Hess log p_k = diag((b - a^2)(u - p U)) - U (diag(a^2 p) - (a p)(a p)^T),  U = sum u

The largest weight is kept out of every sum, so that 1 - p is (the others) / (all).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.activation import Activation
from softgrad.contracts.forms import Form, Forms
from softgrad.errors import CapabilityError
from softgrad.operators import CategoricalCovariance, DiagonalPlusLowRank, Pivot

RowExcess = Callable[[Forms, Array], Array]


@dataclass(frozen=True, slots=True)
class Weights:
    """g(z) divided by its largest entry of the row, and how g changes.

    Attributes:
        weights: g_j / g_k with k the largest, shape (..., n); 0 where "never".
        log_weights: log of the same, accurate; -inf where "never".
        rest: the sum of all weights but the largest (and of a ghost class), shape (..., 1).
        mask: True at k, unless its weight is 0; also at others whose weight is exactly 1.
        slope: a = g'/g, a number where it is constant, else shape (..., n).
        bend: b = g''/g, likewise.
        log_bend: b - a^2, the second derivative of log g, without that subtraction; 0 for
            exponentials.
    """

    weights: Array
    log_weights: Array
    rest: Array
    mask: Array
    slope: Array | float
    bend: Array | float
    log_bend: Array | float = 0.0


class Normalised(Activation, ABC):
    """Base of activations p = g(z) / sum g(z). A file supplies g through `weigh`."""

    rowwise: ClassVar[bool] = True
    neutral: ClassVar[float] = -float("inf")

    @abstractmethod
    def weigh(self, xp: Namespace, z: Array) -> Weights:
        """The weights at canonical logits."""

    def row_excess(self, forms: Forms, t: Array) -> Array:
        """The Fenchel-Young loss, one number a row; supplied where `has_potential`."""
        raise CapabilityError(f"{self!r} is not the gradient of a convex potential")

    @final
    def forms(self, xp: Namespace, z: Array) -> Forms:
        """p, 1 - p and log p with their derivatives."""
        excess = self.row_excess if self.has_potential else None
        return normalised_forms(xp, z, self.weigh(xp, z), excess, self.neutral)


def normalised_forms(
    xp: Namespace,
    z: Array,
    w: Weights,
    excess: RowExcess | None = None,
    never: float = -float("inf"),
) -> Forms:
    """All forms of weights divided by their sum; `never` is the logit of what cannot be."""
    total = 1.0 + w.rest
    p = w.weights / total
    # 1 - p by subtraction where p <= 1/2; (the others) / (all) at the largest.
    q = xp.where(w.mask, w.rest / total, 1.0 - p)
    pivot_mask = p > 0.5
    a, b = w.slope, w.bend
    # A finite logit is alive even where its weight is 0, as beside +inf.
    alive = xp.astype(z != never, p.dtype)

    def covariance() -> CategoricalCovariance:
        return CategoricalCovariance(xp, p, q)

    def jacobian() -> DiagonalPlusLowRank:
        if isinstance(a, float):
            return CategoricalCovariance(xp, p, q, a)
        pivot = Pivot(pivot_mask, a * (p * q))
        return DiagonalPlusLowRank.of(p * a, (-p, p * a), pivot=pivot)

    def curvature(u: Array) -> DiagonalPlusLowRank:
        c = covariance() @ u
        return DiagonalPlusLowRank.of(b * c, (-a * c, a * p), (-a * p, a * c))

    def log_jacobian() -> DiagonalPlusLowRank:
        pivot = Pivot(pivot_mask, a * q)
        return DiagonalPlusLowRank.of(alive * a, (-alive, p * a), pivot=pivot)

    def log_curvature(u: Array) -> DiagonalPlusLowRank:
        u = u * alive
        total_u = xp.sum(u, axis=-1, keepdims=True)
        ap = a * p
        if isinstance(w.log_bend, float):
            bent = xp.zeros_like(p)
        else:
            centring = DiagonalPlusLowRank.of(
                alive, (-p, xp.ones_like(p)), pivot=Pivot(pivot_mask, q)
            )
            bent = w.log_bend * (centring @ u)
        pivot = Pivot(pivot_mask, bent - total_u * (a * ap) * q)
        return DiagonalPlusLowRank.of(bent - total_u * a * ap, (total_u * ap, ap), pivot=pivot)

    return Forms(
        xp,
        z,
        Form(p, jacobian, curvature),
        complement=lambda: q,
        log=lambda: Form(w.log_weights - xp.log1p(w.rest), log_jacobian, log_curvature),
        excess=excess,
    )
