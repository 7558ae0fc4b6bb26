"""Products whose one factor may underflow though the product does not.

exp(-745) keeps one bit of float64's significand, yet z exp(z) is asked for there: the exponential
is taken of half the argument, and the other factor multiplied in between its two halves.
"""

from __future__ import annotations

from math import log, log2

from softgrad.arrays.exact import two_product
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import float32_through_float64

_ROOT_2_PI = 2.5066282746310002


@float32_through_float64
def exp_times(xp: Namespace, x: Array, factor: Array) -> Array:
    """factor exp(x), 0 where exp(x / 2) is 0 (for a finite factor)."""
    root = xp.exp(0.5 * x)
    return xp.where(x < _near_underflow(xp, x), (root * factor) * root, xp.exp(x) * factor)


@float32_through_float64
def expm1_of_sum(xp: Namespace, x: Array, low: Array) -> Array:
    """exp(x + low) - 1 for a small correction `low` of x."""
    return xp.expm1(x) + low * xp.exp(x)


@float32_through_float64
def sech_squared_times(xp: Namespace, x: Array, factor: Array) -> Array:
    """factor / cosh(x)^2 = 4 factor e^-2|x| / (1 + e^-2|x|)^2, for a finite factor."""
    twice = -2.0 * xp.abs(x)
    both = 1.0 + xp.exp(twice)
    return exp_times(xp, twice, 4.0 * factor / (both * both))


@float32_through_float64
def logistic_times(xp: Namespace, x: Array, low: Array, factor: Array) -> Array:
    """factor / (1 + exp(-(x + low))), for finite factors and a small correction `low` of x."""
    small = xp.exp(-xp.abs(x))
    both = 1.0 + small
    factor = factor + factor * (low * (xp.where(x > 0.0, small, 1.0) / both))
    return xp.where(x < 0.0, exp_times(xp, xp.minimum(x, 0.0), factor), factor) / both


@float32_through_float64
def logistic_slope_times(xp: Namespace, x: Array, low: Array, factor: Array) -> Array:
    """factor p (1 - p) for p = 1 / (1 + exp(-(x + low))), for finite factors and a small `low`."""
    size = -xp.abs(x)
    both = 1.0 + xp.exp(size)
    factor = factor - factor * (low * xp.tanh(0.5 * x))
    return exp_times(xp, size, factor / (both * both))


@float32_through_float64
def normal_pdf_times(xp: Namespace, x: Array, factor: Array) -> Array:
    """factor phi(x), with the rounding error of x^2 put back; for a finite factor."""
    size = xp.minimum(xp.abs(x), 50.0)  # phi(50) is 0 in float64, exp(-50^2 / 4) normal
    square, error = two_product(xp, size, size)
    factor = factor / _ROOT_2_PI
    return exp_times(xp, -0.5 * square, factor - factor * (0.5 * error))


def power_of_two_near(xp: Namespace, size: Array) -> Array:
    """A power of two s with s * size near 1, for sizes >= 0; 1 for a size of 0, NaN for NaN.

    Multiplying by it rounds nothing, wherever the namespace's powers of two are exact.
    """
    some = xp.where(size == 0.0, xp.ones_like(size), size)
    most = round(log2(float(xp.finfo(size.dtype).max))) - 1.0
    return 2.0 ** -xp.clip(xp.floor(xp.log2(some)), -most, most)


def _near_underflow(xp: Namespace, x: Array) -> float:
    """Below this exp is within a factor 2^200 (float64) of the smallest normal number."""
    return 0.8 * log(float(xp.finfo(x.dtype).smallest_normal))
