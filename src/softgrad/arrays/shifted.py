"""exp(z - max z) along the last axis, with what the subtraction rounded away put back.

Rounding z_j - z_k alone costs |z_j - z_k| / 2 units in the last place of its exponential: the
largest error in every common softmax. The lost part is a floating-point number that
``two_difference`` finds, and exp(d + low) = exp(d) (1 + low) to second order in low (bounds in
Blanchard, Higham and Higham 2021).
"""

import math
from typing import NamedTuple

import numpy as np

from softgrad.arrays.exact import two_difference, two_product
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import rounded_constant, wants_float64


class ShiftedExponentials(NamedTuple):
    """What softmax, log-softmax and logsumexp are made of; k is one of a row's largest entries."""

    weights: Array  # e_j = exp((z_j - z_k) / T), with e_k = 1
    differences: Array  # (z_j - z_k) / T, rounded
    rest: Array  # sum of e_j over j != k, of shape (..., 1)
    mask: Array  # True at k and at all that equal it, but not at -inf


def shifted_exponentials(xp: Namespace, z: Array, temperature: float = 1.0) -> ShiftedExponentials:
    """Weights exp((z_j - z_k) / T), differences, the sum without the largest, and its place.

    softmax = e / (1 + rest), -log softmax = log1p(rest) - differences, logsumexp = z_k / T +
    log1p(rest). An entry -inf has weight 0 and difference -inf; in a row of nothing else all
    weights and the rest are 0. A single +inf gives the limit (weight 1 there, 0 elsewhere);
    several of them, or a NaN, make the row NaN. ``temperature`` is between 1e-30 and 1e30.
    No floating-point warning but underflow is raised, whatever the entries.

    Measured up to n = 1000: weights to 1.1 ULP, rest to 2, softmax to 3.6 in float64 and 2.2 in
    float32 (JAX: 4.1). The terms of a subnormal rest are rounded one by one, so that it may be off
    by n / 2 units of the smallest number.
    """
    with np.errstate(all="ignore"):
        return (_in_blocks if xp is np else _of_rows)(xp, z, temperature)


# Entries in a block whose temporaries stay in the second-level cache.
_BLOCK = 16384
# Rows shorter than this are reduced faster column by column.
_SHORT = 48
# In longer rows what is rounded off adds up to so much that its sum, too, takes an anchor.
_LONG = 1024


def _in_blocks(xp: Namespace, z: Array, temperature: float) -> ShiftedExponentials:
    """NumPy makes a temporary for each operation; in blocks of rows these stay in cache."""
    n = z.shape[-1]
    rows = math.prod(z.shape[:-1])
    step = max(1, _BLOCK // n)
    if rows <= step:
        return _of_rows(xp, z, temperature)
    flat = xp.reshape(z, (rows, n))
    whole = ShiftedExponentials(
        xp.empty((rows, n), dtype=z.dtype),
        xp.empty((rows, n), dtype=z.dtype),
        xp.empty((rows, 1), dtype=z.dtype),
        xp.empty((rows, n), dtype=bool),
    )
    for start in range(0, rows, step):
        block = slice(start, start + step)
        part = xp.asarray(flat[block], order="F" if n < _SHORT else "C")
        for target, source in zip(whole, _of_rows(xp, part, temperature), strict=True):
            target[block] = source
    return ShiftedExponentials(*(xp.reshape(a, (*z.shape[:-1], a.shape[-1])) for a in whole))


def _of_rows(xp: Namespace, z: Array, temperature: float) -> ShiftedExponentials:
    z_max = xp.max(z, axis=-1, keepdims=True)
    if xp.__name__ == "numpy" and z.size > 0 and _is_ordinary(xp, z, temperature):
        mask = z == z_max
        differences, low = _quotients(xp, z, z_max, temperature)
        rough = xp.exp(differences)
        weights = rough + rough * low
        rest = _without_one(xp, mask, weights, rough)
    else:
        differences, weights, rest, mask = _of_any_rows(xp, z, z_max, temperature)
    differences, weights, rest = (
        xp.astype(a, z.dtype, copy=False) for a in (differences, weights, rest)
    )
    return ShiftedExponentials(weights, differences, rest, mask)


def _without_one(xp: Namespace, mask: Array, weights: Array, rough: Array) -> Array:
    """The sum of the weights but for one of the largest, each of which is 1.

    (Which one they are without makes no difference, so that no argmax is needed.)
    """
    ties = xp.sum(xp.astype(mask, weights.dtype), axis=-1, keepdims=True)
    others = sum_of_weights(xp, xp.where(mask, 0.0, weights), xp.where(mask, 0.0, rough))
    return others + xp.maximum(ties - 1.0, 0.0 * ties)


def _is_ordinary(xp: Namespace, z: Array, temperature: float) -> bool:
    """Whether no entry needs an edge rule (NumPy only): six passes over z can be left out then."""
    lowest, highest = float(xp.min(z)), float(xp.max(z))
    return highest - lowest < 1e30 * min(temperature, 1.0)  # not so with NaN or infinities


def _of_any_rows(
    xp: Namespace, z: Array, z_max: Array, temperature: float
) -> tuple[Array, Array, Array, Array]:
    """Differences, weights, rest and mask, by the edge rules."""
    # A finite pivot where all are -inf: beside it they are as far below, and none is the largest.
    pivot = xp.maximum(z_max, xp.full_like(z_max, -float(xp.finfo(z.dtype).max)))
    mask = z == pivot
    differences, low = _quotients(xp, z, pivot, temperature)
    rough = xp.exp(differences)
    # Far below, where the weight is 0, an infinite difference has no error.
    weights = rough + rough * xp.where(differences > -1024.0, low, 0.0)
    rest = _without_one(xp, mask, weights, rough)
    # The limit of a row with several +inf depends on the path, so there is none.
    undefined = xp.where((z_max == xp.inf) & (rest > 0.0), xp.nan, 0.0 * rest)
    weights = xp.where(mask, 1.0, weights) + undefined
    return xp.where(mask, 0.0, differences) + undefined, weights, rest + undefined, mask


def _quotients(xp: Namespace, z: Array, pivot: Array, temperature: float) -> tuple[Array, Array]:
    """(z - pivot) / T, and what rounding took of it, which is none where it is infinite."""
    # NumPy's float32 exp is wrong by up to 2.5 ULP, and its float64 exp is as fast as the remedy.
    if wants_float64(xp, z):
        differences = (xp.astype(z, xp.float64) - pivot) / temperature
        return differences, xp.zeros_like(differences[..., :1])
    differences, low = two_difference(z, pivot)
    return (differences, low) if temperature == 1.0 else _divided(xp, differences, low, temperature)


def _divided(
    xp: Namespace, differences: Array, low: Array, temperature: float
) -> tuple[Array, Array]:
    """(differences + low) / T as a rounded quotient and its rounding error."""
    rounded = rounded_constant(xp, differences, temperature)
    divisor = xp.full_like(differences, rounded)
    quotient = differences / divisor
    # Below -2^10 the weight is 0 whatever the error is; the clamp keeps the products in range.
    near = xp.maximum(quotient, -1024.0)
    product, error = two_product(xp, near, divisor)
    remainder = ((differences - product) - error) + (low - near * (temperature - rounded))
    return quotient, remainder / divisor


def sum_of_weights(xp: Namespace, x: Array, rough: Array | None = None) -> Array:
    """Sum over the last axis, kept, of numbers >= 0: to 1.5 ULP, in whatever order they are added.

    Adding an anchor and taking it off again rounds each number to a multiple of the anchor's last
    place. With twice the sum as anchor these add up exactly, and what was rounded off is small
    beside them. The anchor itself may be a poor sum (a framework's own is off by 15 ULP for 1,000
    equal numbers and by 450 for 32,768), of x or of what is `rough` but sooner at hand.
    """
    n = x.shape[-1]
    anchor = 2.0 * xp.sum(x if rough is None else rough, axis=-1, keepdims=True)
    parts: list[Array] = []
    for _ in range(1 if n <= _LONG else 2):
        high = (x + anchor) - anchor
        parts.append(xp.sum(high, axis=-1, keepdims=True))
        x = x - high
        anchor = anchor * (n * float(xp.finfo(x.dtype).eps))
    total = xp.sum(x, axis=-1, keepdims=True)
    for part in reversed(parts):
        total = part + total
    return total
