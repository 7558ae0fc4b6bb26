"""exp(z - max z) along the last axis, with what the subtraction rounded away put back.

Rounding z_j - z_k alone costs |z_j - z_k| / 2 units in the last place of its exponential: the
largest error in every common softmax. The lost part is a floating-point number that
``two_difference`` finds, and exp(d + low) = exp(d) (1 + low) to second order in low (bounds in
Blanchard, Higham and Higham 2021).
"""

import math
from typing import NamedTuple

from softgrad.arrays.exact import two_difference, two_product
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import rounded_constant


class ShiftedExponentials(NamedTuple):
    """What softmax, log-softmax and logsumexp are made of; k is a row's (first) largest entry."""

    weights: Array  # e_j = exp((z_j - z_k) / T), with e_k = 1
    differences: Array  # (z_j - z_k) / T, rounded
    rest: Array  # sum of e_j over j != k, of shape (..., 1)
    mask: Array  # True at k alone


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
    if xp.__name__ == "numpy":
        return _in_blocks(xp, z, temperature)
    return _of_rows(xp, z, temperature)


# Entries in a block whose temporaries stay in the second-level cache.
_BLOCK = 16384
# Rows shorter than this are reduced faster column by column.
_SHORT = 48


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
    largest = xp.argmax(z, axis=-1, keepdims=True)
    mask = xp.arange(z.shape[-1], dtype=largest.dtype) == largest
    if xp.__name__ == "numpy" and z.size > 0 and _is_ordinary(xp, z, temperature):
        differences, weights = _exponentials(xp, z, z_max, temperature)
        rest = _sum_of_fractions(xp, xp.where(mask, 0.0, weights))
    else:
        differences, weights, rest = _of_any_rows(xp, z, z_max, mask, temperature)
    differences, weights, rest = (
        xp.astype(a, z.dtype, copy=False) for a in (differences, weights, rest)
    )
    return ShiftedExponentials(weights, differences, rest, mask)


def _is_ordinary(xp: Namespace, z: Array, temperature: float) -> bool:
    """Whether no entry needs an edge rule (NumPy only): six passes over z can be left out then."""
    lowest, highest = float(xp.min(z)), float(xp.max(z))
    return highest - lowest < 1e30 * min(temperature, 1.0)  # not so with NaN or infinities


def _of_any_rows(
    xp: Namespace, z: Array, z_max: Array, mask: Array, temperature: float
) -> tuple[Array, Array, Array]:
    """Differences, weights and rest, by the edge rules."""
    pivot = xp.where(xp.isinf(z_max), 0.0, z_max)
    # In a row with +inf all finite entries are as far below as -inf; in a NaN row nothing compares.
    floor = xp.where(z_max == xp.inf, xp.inf, _lowest_finite(xp, pivot, temperature))
    below = z < floor
    inside = xp.minimum(xp.maximum(z, floor), pivot)  # every entry finite (or its row NaN)
    differences, weights = _exponentials(xp, inside, pivot, temperature)
    differences = xp.where(below, -xp.inf, differences)
    weights = xp.where(below, 0.0, weights)
    rest = _sum_of_fractions(xp, xp.where(mask, 0.0, weights))
    # The limit of a row with several +inf depends on the path, so there is none.
    undefined = xp.where((z_max == xp.inf) & (rest > 0.0), xp.nan, xp.zeros_like(rest))
    return differences + undefined, weights + undefined, rest + undefined


def _exponentials(xp: Namespace, z: Array, pivot: Array, temperature: float) -> tuple[Array, Array]:
    """(z - pivot) / T and its exponential, for finite entries not above the pivot."""
    # NumPy's float32 exp is wrong by up to 2.5 ULP, and its float64 exp is as fast as the remedy.
    if xp.__name__ == "numpy" and z.dtype == xp.float32:
        differences = (xp.astype(z, xp.float64) - pivot) / temperature
        return differences, xp.exp(differences)
    differences, low = two_difference(z, pivot)
    if temperature != 1.0:
        differences, low = _divided(xp, differences, low, temperature)
    weights = xp.exp(differences)
    return differences, weights + weights * low


def _lowest_finite(xp: Namespace, pivot: Array, temperature: float) -> Array:
    """The least z whose (z - pivot) / T is finite: what lies below counts as -inf."""
    largest = float(xp.finfo(pivot.dtype).max) * (1.0 - 2.0**-20)
    reach = largest * min(temperature, 1.0)
    return xp.minimum(xp.maximum(pivot, reach - largest) - reach, pivot)


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


def _sum_of_fractions(xp: Namespace, x: Array) -> Array:
    """Sum over the last axis, kept, of numbers in [0, 1].

    Adding 2^k >= n and taking it off again rounds each to a multiple of 2^k eps. Those add up
    exactly in any order, and the rounding of the sum of what is left over is small beside them.
    """
    anchor = 2.0 ** math.ceil(math.log2(x.shape[-1]))
    high = (x + anchor) - anchor
    return xp.sum(high, axis=-1, keepdims=True) + pairwise_sum(xp, x - high)


def pairwise_sum(xp: Namespace, x: Array) -> Array:
    """Sum over the last axis, kept, by halving: the error grows with log2(n) in every layout.

    (NumPy adds pairwise along contiguous axes only, and XLA promises no order at all.)
    """
    if xp.__name__ == "numpy" and x.flags.c_contiguous:
        return xp.sum(x, axis=-1, keepdims=True)
    while (n := x.shape[-1]) > 8:
        half = n // 2
        folded = x[..., :half] + x[..., half : 2 * half]
        x = xp.concat([folded, x[..., 2 * half :]], axis=-1) if n % 2 else folded
    return xp.sum(x, axis=-1, keepdims=True)
