"""Where alpha-entmax cuts off: the c with sum [(alpha - 1)(d - c)]_+^r = 1.

r = 1 / (alpha - 1), and d = z - max z <= 0, so that -r <= c < 0. The probabilities are [u]_+^r with
u = (alpha - 1)(d - c). An entry near the cut has a u that is a small difference of numbers of size
1, so d and c are carried as sums of two numbers each.

At 1.5 and 2 the equation is solved exactly; elsewhere by iteration (arrays/sparse_iteration.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from softgrad.arrays.exact import long_sum, two_difference, two_product, two_sum
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.places import places
from softgrad.arrays.sparse_iteration import gentle_cut, steep_cut

Pair = tuple[Array, Array]

# With a few entries within a rounding of the cut, so many rounds leave none in doubt.
_ROUNDS = 8


class Cut(NamedTuple):
    """The probabilities, and the cut itself.

    Attributes:
        p: probabilities, shape (..., n), 0 below the cut.
        level: c, relative to the largest logit and as a sum of two, shape (..., 1) each.
    """

    p: Array
    level: Pair


def cut(xp: Namespace, z: Array, top: Array, alpha: float) -> Cut:
    """Cut logits at alpha > 1: finite ones, `top` the largest of the row, or -inf."""
    finite = xp.isfinite(z)
    high, low = two_difference(xp.where(finite, z, top), top)
    d = xp.where(finite, high, -xp.inf), low
    if alpha == 2.0:
        p, level = _sparsemax(xp, d)
    elif alpha == 1.5:
        p, level = _entmax_15(xp, d)
    elif alpha < 2.0:
        p, level = gentle_cut(xp, d, alpha)
    else:
        p, level = steep_cut(xp, z, top, alpha)
    return Cut(p, level)


class _ClosedForm(NamedTuple):
    """sum raised(x - c) = 1 over the support, for the heights x - c.

    Attributes:
        raised: the terms of the sum, of heights as sums of two.
        correction: by how much c is too low, given the excess of the sum over 1, the sum of the
            heights and their number.
    """

    raised: Callable[[Namespace, Pair], Pair]
    correction: Callable[[Namespace, Array, Array, Array], Array]


def _itself(xp: Namespace, u: Pair) -> Pair:
    return u


def _share(xp: Namespace, excess: Array, total: Array, size: Array) -> Array:
    """Of sum (u - c) = 1."""
    return excess / size


_OF_HEIGHTS = _ClosedForm(raised=_itself, correction=_share)


def _square(xp: Namespace, u: Pair) -> Pair:
    square, low = two_product(xp, u[0], u[0])
    return square, low + 2.0 * u[0] * u[1]


def _smaller_root(xp: Namespace, excess: Array, total: Array, size: Array) -> Array:
    """Of sum (u - c)^2 = 1."""
    discriminant = total * total - size * excess
    return excess / (total + xp.sqrt(xp.maximum(discriminant, xp.zeros_like(total))))


_OF_SQUARES = _ClosedForm(raised=_square, correction=_smaller_root)


def _sparsemax(xp: Namespace, d: Pair) -> tuple[Array, Pair]:
    """The mean of d over the support, less one share (Held, Wolfe and Crowder 1974)."""
    falling, count = _falling(xp, d[0])
    sums = xp.cumulative_sum(falling, axis=-1)
    size = xp.sum(xp.astype(1.0 + count * falling > sums, falling.dtype), axis=-1, keepdims=True)
    return _settled(xp, d, (_entry(xp, sums, count, size) - 1.0) / size, _OF_HEIGHTS)


def _entmax_15(xp: Namespace, d: Pair) -> tuple[Array, Pair]:
    """With x = d / 2, sum (x - c)^2 = 1 is a quadratic equation for each prefix."""
    x = 0.5 * d[0], 0.5 * d[1]
    falling, count = _falling(xp, x[0])
    mean = xp.cumulative_sum(falling, axis=-1) / count
    spread = xp.cumulative_sum(falling * falling, axis=-1) - count * mean * mean
    levels = mean - xp.sqrt(xp.maximum((1.0 - spread) / count, xp.zeros_like(mean)))
    size = xp.sum(xp.astype(levels <= falling, falling.dtype), axis=-1, keepdims=True)
    p, level = _settled(xp, x, _entry(xp, levels, count, size), _OF_SQUARES)
    return p, (2.0 * level[0], 2.0 * level[1])


def _falling(xp: Namespace, x: Array) -> tuple[Array, Array]:
    """Rows sorted, what is off every support as low as it can matter; and 1, 2, 3, ..."""
    near = xp.maximum(x, xp.full_like(x, -2.0))
    return -xp.sort(-near, axis=-1), places(xp, x.shape[-1], x, x.dtype, start=1)


def _entry(xp: Namespace, rows: Array, count: Array, size: Array) -> Array:
    """The entry number `size` of each row."""
    picked = xp.where(count == size, rows, xp.zeros_like(rows))
    return xp.sum(picked, axis=-1, keepdims=True)


def _settled(xp: Namespace, x: Pair, level: Array, form: _ClosedForm) -> tuple[Array, Pair]:
    """The probabilities and the cut, from one that rounding has moved.

    A correction is right to one rounding, which is felt by entries that are no further from the
    cut: they are measured again from the corrected one, until they are off the support or have
    their own digits.
    """
    zero = xp.zeros_like(x[0])
    for _ in range(2):
        u = xp.maximum(x[0] - level, zero)
        size = xp.sum(xp.astype(u > 0.0, u.dtype), axis=-1, keepdims=True)
        excess = xp.sum(form.raised(xp, (u, zero))[0], axis=-1, keepdims=True) - 1.0
        level = level + form.correction(xp, excess, xp.sum(u, axis=-1, keepdims=True), size)

    # Entries so near below the cut may be above it.
    eps = float(xp.finfo(level.dtype).eps)
    inside = x[0] - level > -eps * (8 + x[0].shape[-1])
    u = two_difference(xp.where(inside, x[0], level), level)
    u = u[0], xp.where(inside, u[1] + x[1], zero)
    moved = xp.zeros_like(level)
    correction = moved
    for _ in range(_ROUNDS):
        size = xp.sum(xp.astype(inside, level.dtype), axis=-1, keepdims=True)
        excess = _sum_of_two(xp, form.raised(xp, u), -1.0)
        total = xp.sum(u[0], axis=-1, keepdims=True)
        correction = form.correction(xp, excess[0] + excess[1], total, size)
        high, low = two_sum(u[0], -correction)
        high, low = two_sum(high, low + u[1])
        moved = moved + correction
        noise = 4.0 * eps * xp.abs(correction)
        stays = inside & (high > -noise)
        open_ = inside & ((high < 0.0) | (high <= 4.0 * xp.abs(correction)) & (correction != 0.0))
        inside = stays
        u = xp.where(stays, high, zero), xp.where(stays, low, zero)
        if xp.__name__ == "numpy" and not xp.any(open_):
            break
    above = inside & (u[0] > 0.0)
    raised = form.raised(xp, u)
    return xp.where(above, raised[0] + raised[1], zero), two_sum(level, moved)


def _sum_of_two(xp: Namespace, a: Pair, constant: float) -> Pair:
    """constant + the sum over the row, kept as one axis of length 1, as a sum of two."""
    one = xp.full_like(a[0][..., :1], constant)
    return long_sum(xp, xp.concat([a[0], a[1], one], axis=-1))
