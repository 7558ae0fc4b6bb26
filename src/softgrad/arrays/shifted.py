"""exp(z - max z) along the last axis, with what the subtraction and the division rounded away put back.

Rounding z_j - z_k alone costs |z_j - z_k| / 2 units in the last place of its exponential: the largest error in
every common softmax. The lost part is a floating-point number that ``two_difference`` finds, and
exp(d + low) = exp(d) (1 + low) to second order in low (Blanchard, Higham and Higham 2021 give the bounds).
"""

from typing import NamedTuple

from softgrad.arrays.exact import two_difference, two_product
from softgrad.arrays.namespaces import Array, Namespace


class ShiftedExponentials(NamedTuple):
    """What softmax, log-softmax and logsumexp are made of; k is the index of the (first) largest entry of a row."""

    weights: Array  # e_j = exp((z_j - z_k) / T), e_k = 1
    differences: Array  # (z_j - z_k) / T, rounded
    rest: Array  # sum of e_j over j != k, shape (..., 1)
    mask: Array  # True at k alone


def shifted_exponentials(xp: Namespace, z: Array, temperature: float = 1.0) -> ShiftedExponentials:
    """Weights e_j = exp((z_j - z_k) / T), their differences, their sum without the largest, and where that one is.

    softmax = e / (1 + rest), -log softmax = log1p(rest) - differences, logsumexp = z_k / T + log1p(rest).
    An entry -inf has weight 0 and difference -inf; in a row of nothing else all weights and the rest are 0. A single
    +inf gives the limit (weight 1 there, 0 elsewhere); several of them, or a NaN, make the row NaN.
    ``temperature`` is between 1e-30 and 1e30. Any entry finite or not, no floating-point warning but underflow.
    """
    z_max = xp.max(z, axis=-1, keepdims=True)
    pivot = xp.where(xp.isinf(z_max), 0.0, z_max)
    # In a row with +inf all finite entries are as far below as -inf; in a NaN row nothing compares.
    floor = xp.where(z_max == xp.inf, xp.inf, _lowest_finite(xp, pivot, temperature))
    below = z < floor
    inside = xp.minimum(xp.maximum(z, floor), pivot)  # every entry finite (or its row NaN)

    differences, low = two_difference(inside, pivot)
    if temperature != 1.0:
        differences, low = _divided(xp, differences, low, temperature)
    differences = xp.where(below, -xp.inf, differences)
    weights = xp.exp(differences)
    weights = weights + weights * low

    largest = xp.argmax(z, axis=-1, keepdims=True)
    mask = xp.arange(z.shape[-1], dtype=largest.dtype) == largest
    rest = pairwise_sum(xp, xp.where(mask, 0.0, weights))
    # The limit of a row with several +inf depends on the path, so there is none.
    undefined = xp.where((z_max == xp.inf) & (rest > 0.0), xp.nan, 0.0)
    undefined = xp.astype(undefined, z.dtype)
    return ShiftedExponentials(weights + undefined, differences + undefined, rest + undefined, mask)


def _lowest_finite(xp: Namespace, pivot: Array, temperature: float) -> Array:
    """The least z whose (z - pivot) / T is finite: entries below count as -inf, so that nothing overflows."""
    largest = float(xp.finfo(pivot.dtype).max) * (1.0 - 2.0**-20)
    reach = largest * min(temperature, 1.0)
    return xp.minimum(xp.maximum(pivot, reach - largest) - reach, pivot)


def _divided(
    xp: Namespace, differences: Array, low: Array, temperature: float
) -> tuple[Array, Array]:
    """(differences + low) / T as a rounded quotient and its rounding error."""
    divisor = xp.asarray(temperature, dtype=differences.dtype)
    quotient = differences / divisor
    # T itself may not be representable in float32.
    divisor_low = temperature - float(divisor)
    # Below -2^10 the weight is 0 whatever the error is; the clamp keeps the products in range.
    near = xp.maximum(quotient, -1024.0)
    product, error = two_product(xp, near, divisor)
    remainder = ((differences - product) - error) + (low - near * divisor_low)
    return quotient, remainder / divisor


def pairwise_sum(xp: Namespace, x: Array) -> Array:
    """Sum over the last axis, kept, by halving: the error grows with log2(n), not with n, in every memory layout.

    (NumPy adds pairwise along contiguous axes only; XLA does not promise it at all.)
    """
    while (n := x.shape[-1]) > 8:
        half = n // 2
        folded = x[..., :half] + x[..., half : 2 * half]
        x = xp.concat([folded, x[..., 2 * half :]], axis=-1) if n % 2 else folded
    return xp.sum(x, axis=-1, keepdims=True)
