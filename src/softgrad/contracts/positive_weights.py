"""What weights of any positive function share: their largest, their sum without it, their limits.

Softmax's weights have `shifted_exponentials`; these are the weights of every other function g
with g(z) -> inf for z -> inf.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.places import first_largest
from softgrad.arrays.precision import round_to, wants_float64
from softgrad.arrays.special import sum_of_weights
from softgrad.contracts.normalised import Weights


class Relative(NamedTuple):
    """g divided by its largest entry of the row, and its logarithm, as finite logits give them."""

    weights: Array
    log_weights: Array


def positive_weights(
    xp: Namespace,
    z: Array,
    log_g: Array,
    relative_to: Callable[[Callable[[Array], Array]], Relative],
    slope: Array,
    bend: Array,
    log_bend: Array,
) -> Weights:
    """Weights with the largest kept apart, and the rules for "never", infinity and NaN.

    Args:
        xp: the namespace.
        z: logits; -inf has weight 0. A single +inf takes all, several make the row NaN.
        log_g: log g (any rounding will do: it only finds the largest entry).
        relative_to: given a function that picks, from an array, the value at the row's largest
            entry, gives the weights.
        slope: g'/g, which counts as 0 at infinite logits, as do the next two.
        bend: g''/g.
        log_bend: (log g)''.
    """
    never, infinite = z == -xp.inf, z == xp.inf
    order = xp.where(infinite, xp.inf, xp.where(never, -xp.inf, log_g))
    mask = first_largest(xp, order)

    def at_largest(x: Array) -> Array:
        return xp.sum(xp.where(mask, x, xp.zeros_like(x)), axis=-1, keepdims=True)

    weights, log_weights = relative_to(at_largest)
    lost = never | (xp.any(infinite, axis=-1, keepdims=True) & ~infinite)
    weights = xp.where(lost, 0.0, xp.where(infinite, 1.0, weights))
    log_weights = xp.where(lost, -xp.inf, xp.where(infinite, 0.0, log_weights))
    rest = sum_of_weights(xp, xp.where(mask, 0.0, weights))
    # Where several are infinite the limit depends on the path, so there is none.
    many = xp.any(infinite, axis=-1, keepdims=True) & (rest > 0.0)
    unknown = many | xp.any(xp.isnan(z), axis=-1, keepdims=True)
    nothing = xp.where(unknown, xp.nan, xp.zeros_like(rest))
    still = never | infinite
    return Weights(
        weights + nothing,
        log_weights + nothing,
        rest + nothing,
        mask & (weights > 0.0),
        xp.where(still, 0.0, slope),
        xp.where(still, 0.0, bend),
        xp.where(still, 0.0, log_bend),
    )


def finite_logits(xp: Namespace, z: Array) -> Array:
    """z with 0 in the place of infinities, whose limits are put in afterwards."""
    return xp.where(xp.isinf(z), xp.zeros_like(z), z)


def through_float64(
    weigh: Callable[[Namespace, Array], Weights], xp: Namespace, z: Array
) -> Weights:
    """`weigh`, which NumPy computes in float64 for float32 logits and rounds once."""
    if not wants_float64(xp, z):
        return weigh(xp, z)
    w = weigh(xp, xp.astype(z, xp.float64))
    weights, log_weights, rest, slope, bend, log_bend = (
        round_to(xp, x, z.dtype)
        for x in (w.weights, w.log_weights, w.rest, w.slope, w.bend, w.log_bend)
    )
    return Weights(weights, log_weights, rest, w.mask, slope, bend, log_bend)


def relative_to_power(
    xp: Namespace,
    at_largest: Callable[[Array], Array],
    value: Array,
    scale: Array,
    power: int,
) -> Relative:
    """Weights of g = value * scale^power, where scale^power itself may overflow."""
    ratio, scales = value / at_largest(value), scale / at_largest(scale)
    # In two steps: the power alone may underflow where a large ratio brings the weight back.
    weights = (ratio * scales ** (power // 2)) * scales ** (power - power // 2)
    # The logarithm of the weight itself is best, while it has all its digits.
    least = 2.0**60 * float(xp.finfo(value.dtype).smallest_normal)
    apart = xp.log(ratio) + power * xp.log(scales)
    logs = xp.where(weights > least, xp.log(xp.maximum(weights, least)), apart)
    return Relative(weights, logs)
