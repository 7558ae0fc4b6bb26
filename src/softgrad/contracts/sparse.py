"""Sparse probabilities p = [1 + (alpha - 1)(z - lambda)]_+^(1/(alpha - 1)): the entmax family.

With s = p^(2 - alpha) on the support and 0 off it, w = s / sum(s) and P = diag(support) -
support w^T (which takes from a vector its w-mean):

    J                = diag(s) P
    sum g_k Hess p_k = J^T diag((2 - alpha) P g / p) J = P^T diag((2 - alpha) p^(3 - 2 alpha) P g) P
    J of log p       = diag(1 / p) J
    sum g_k Hess log p_k = sum (g_k / p_k) Hess p_k - J^T diag(g / p^2) J

Where the support changes, derivatives are those of {p > 0}. Above alpha = 2 an s_i is huge where
p_i is small, though as long as it is the only one J is not: it is J_ii = sum s without s_i.
"""

from __future__ import annotations

from typing import NamedTuple, cast

from softgrad.arrays.exact import compensated_sum, two_difference
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import round_to, wants_float64
from softgrad.arrays.sparse_threshold import cut
from softgrad.contracts.bregman import tsallis_divergence
from softgrad.contracts.forms import Form, Forms
from softgrad.operators import DiagonalPlusLowRank, Pivot, congruence

# Above it an entry is larger than all others together, also where two halves were rounded up.
_MAJORITY = 0.6


class SparsePoint(NamedTuple):
    """Sparse probabilities at logits z, as rounded once.

    Attributes:
        p: probabilities, shape (..., n).
        depth: how far below the cut an entry is, in units of z; 0 on the support.
        level: the cut itself, max z + lambda - 1 / (alpha - 1), shape (..., 1).
    """

    p: Array
    depth: Array
    level: Array


def sparse_forms(xp: Namespace, z: Array, alpha: float) -> Forms:
    """The forms of alpha-entmax, for alpha > 1."""
    point = _sparse_point(xp, z, alpha)
    p = point.p
    support = _support(xp, p)
    large = p > _MAJORITY
    others = xp.sum(xp.where(large, xp.zeros_like(p), p), axis=-1, keepdims=True)
    q = xp.where(large, others, 1.0 - p)

    def s() -> Array:
        return _weights(xp, p, alpha)

    def divided(x: Array) -> Array:
        return _divided(xp, x, p, alpha)

    def curvature(g: Array) -> DiagonalPlusLowRank:
        if alpha == 2.0:
            return DiagonalPlusLowRank(0.0 * p * g)
        centring = _centring(xp, s(), support)
        centred = centring @ g
        if alpha > 2.0:  # s, but not its square, is a number
            return _carried(sparse_jacobian(xp, p, alpha), (2.0 - alpha) * divided(centred))
        bend = (2.0 - alpha) * _raised(xp, p, 3.0 - 2.0 * alpha)
        return _carried(centring, xp.where(centred == 0.0, centred, bend * centred))

    def log_form() -> Form:
        log = xp.where(large, xp.log1p(-q), xp.log(p))
        return Form(log, log_jacobian, log_curvature)

    def log_jacobian() -> DiagonalPlusLowRank:
        jacobian = sparse_jacobian(xp, p, alpha)
        pivot = cast(Pivot, jacobian.pivot)
        left = divided(jacobian.U[..., 0])[..., None]
        exact = pivot.valued(divided(pivot.diagonal))
        return DiagonalPlusLowRank(divided(jacobian.d), left, jacobian.V, pivot=exact)

    def log_curvature(g: Array) -> DiagonalPlusLowRank:
        # By p itself: g / p for the slope, -g / p^2 for the bend.
        slope = divided(g)
        centring = _centring(xp, s(), support)
        if alpha > 2.0:
            bend = divided((2.0 - alpha) * (centring @ slope) - slope)
            return _carried(sparse_jacobian(xp, p, alpha), bend)
        mean = xp.sum(s() * slope, axis=-1, keepdims=True) / _total(xp, s())
        bend = divided((1.0 - alpha) * (s() * slope)) - divided((2.0 - alpha) * (s() * mean))
        return _carried(centring, s() * bend)

    return Forms(
        xp,
        z,
        Form(p, lambda: sparse_jacobian(xp, p, alpha), curvature),
        complement=lambda: q,
        log=log_form,
        excess=lambda forms, t: _excess(forms, t, point, alpha),
    )


def sparse_jacobian(xp: Namespace, p: Array, alpha: float) -> DiagonalPlusLowRank:
    """diag(s) - s s^T / sum(s), by the probabilities alone."""
    s = _weights(xp, p, alpha)
    centring = _centring(xp, s, _support(xp, p))
    pivot = cast(Pivot, centring.pivot).scaled(s)
    return DiagonalPlusLowRank.of(s, (-centring.V[..., 0], s), pivot=pivot)


def _sparse_point(xp: Namespace, z: Array, alpha: float) -> SparsePoint:
    if not wants_float64(xp, z):
        return _cut_point(xp, z, alpha)
    wide = _cut_point(xp, xp.astype(z, xp.float64), alpha)
    return SparsePoint(*(round_to(xp, x, z.dtype) for x in wide))


def _cut_point(xp: Namespace, z: Array, alpha: float) -> SparsePoint:
    """Cut each row, by the rules for infinite and NaN logits."""
    rate = alpha - 1.0
    z_max = xp.max(z, axis=-1, keepdims=True)
    pivot = xp.where(xp.isinf(z_max), xp.zeros_like(z_max), z_max)
    infinite = z == xp.inf
    lost = (z == -xp.inf) | ((z_max == xp.inf) & ~infinite)
    empty = z_max == -xp.inf
    # Entries this far down are off every support; nearer ones keep the rounding of z - max z.
    far = ~empty & (lost | (z - pivot < -(2.0 / rate + 1.0)))
    found = cut(xp, xp.where(far, -xp.inf, xp.where(xp.isinf(z), pivot, z)), pivot, alpha)

    # Negative where p > 0 underflows, for alpha near 1: such an entry is above the cut.
    depth = _below(xp, xp.where(lost, pivot, z), pivot, found.level)
    depth = xp.where(found.p > 0.0, xp.zeros_like(depth), depth)
    depth = xp.where(lost, xp.inf, depth)
    several = xp.sum(xp.astype(infinite, z.dtype), axis=-1, keepdims=True) > 1.0
    broken = several | xp.any(xp.isnan(z), axis=-1, keepdims=True)
    unknown = xp.where(broken, xp.nan, xp.zeros_like(z_max))
    p = xp.where(lost, xp.zeros_like(z), found.p)
    level = z_max + (found.level[0] + found.level[1])
    return SparsePoint(p + unknown, depth + unknown, level)


def _below(xp: Namespace, z: Array, top: Array, level: tuple[Array, Array]) -> Array:
    """How far z is below the cut, which is level + top."""
    d, d_low = two_difference(z, top)
    gap, low = two_difference(level[0], d)
    near = xp.abs(d) < xp.inf
    return gap + xp.where(near, low + (level[1] - d_low), xp.zeros_like(gap))


def _support(xp: Namespace, p: Array) -> Array:
    """1 on the support, 0 off it, NaN where p is NaN."""
    return xp.where(p > 0.0, xp.ones_like(p), p)


def _least(xp: Namespace, p: Array, alpha: float) -> float:
    """Above alpha = 2, where p^(2 - alpha) is as large as sums of it may be.

    It belongs to an entry that outweighs all others; what is larger weighs the same.
    """
    exponent = 960.0 if xp.finfo(p.dtype).bits == 64 else 96.0
    return float(2.0 ** (-exponent / (alpha - 2.0))) if alpha > 2.0 else 0.0


def _weights(xp: Namespace, p: Array, alpha: float) -> Array:
    """s = p^(2 - alpha) on the support, 0 off it, NaN where p is NaN."""
    least = xp.full_like(p, _least(xp, p, alpha))
    return _raised(xp, xp.where(p > 0.0, xp.maximum(p, least), p), 2.0 - alpha)


def _raised(xp: Namespace, p: Array, exponent: float) -> Array:
    """p^exponent on the support, 0 off it, NaN where p is NaN."""
    on = xp.where(p > 0.0, p, xp.ones_like(p))
    raised = xp.sqrt(on) if exponent == 0.5 else on**exponent
    return xp.where(p > 0.0, raised, p)


def _divided(xp: Namespace, x: Array, p: Array, alpha: float) -> Array:
    """x / p on the support, 0 off it, NaN where p is NaN."""
    on = xp.where(p > 0.0, xp.maximum(p, xp.full_like(p, _least(xp, p, alpha))), xp.ones_like(p))
    largest = float(xp.finfo(p.dtype).max)
    # One that overflows is finite, for the pivot's is not looked at.
    quotient = xp.clip(x / on, -largest, largest)
    return xp.where(p > 0.0, quotient, p)


def _total(xp: Namespace, s: Array) -> Array:
    """The sum of a row, 1 where it is empty."""
    total = xp.sum(s, axis=-1, keepdims=True)
    return xp.where(total == 0.0, xp.ones_like(total), total)


def _centring(xp: Namespace, s: Array, support: Array) -> DiagonalPlusLowRank:
    """P: what is left of a vector, on the support, without its mean by the weights s."""
    w = s / _total(xp, s)
    large = w > _MAJORITY
    others = xp.sum(xp.where(large, xp.zeros_like(w), w), axis=-1, keepdims=True)
    return DiagonalPlusLowRank.of(support, (-support, w), pivot=Pivot(large, others))


def _carried(through: DiagonalPlusLowRank, bend: Array) -> DiagonalPlusLowRank:
    """A^T diag(bend) A."""
    # Of two operators of this kind it is one again.
    return cast(DiagonalPlusLowRank, congruence(through, DiagonalPlusLowRank(bend)))


def _excess(forms: Forms, t: Array, point: SparsePoint, alpha: float) -> Array:
    """The Fenchel-Young loss as a sum of terms that are never negative.

    It is the divergence of t from p and, for the target's mass off the support, its depth below
    the cut (Blondel, Martins and Niculae 2020). Targets that do not sum to 1 add the level times
    what they lack, so that the gradient is p - t for every t.
    """
    xp = forms.xp
    terms = tsallis_divergence(xp, alpha, t, forms.p, -forms.minus(t))
    terms = terms + xp.where(t == 0.0, xp.zeros_like(t), t * point.depth)
    lacking = compensated_sum(xp, xp.concat([xp.ones_like(t[..., :1]), -t], axis=-1))
    level = point.level[..., 0]
    surplus = xp.where((lacking == 0.0) | ~xp.isfinite(level), 0.0, lacking * level)
    return xp.sum(terms, axis=-1) + surplus
