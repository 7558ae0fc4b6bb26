"""Products whose one factor may underflow though the product does not.

exp(-745) keeps one bit of float64's significand, yet z exp(z) is asked for there: the exponential
is taken of half the argument, and the other factor multiplied in between its two halves.
"""

from __future__ import annotations

from softgrad.arrays.exact import two_product
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import float32_through_float64

_ROOT_2_PI = 2.5066282746310002


@float32_through_float64
def exp_times(xp: Namespace, x: Array, factor: Array) -> Array:
    """factor exp(x), 0 where exp(x / 2) is 0 (for a finite factor)."""
    root = xp.exp(0.5 * x)
    return (root * factor) * root


@float32_through_float64
def sech_squared_times(xp: Namespace, x: Array, factor: Array) -> Array:
    """factor / cosh(x)^2, for a finite factor."""
    root = xp.exp(-xp.abs(x))
    double = 2.0 * root / (1.0 + root * root)
    return (double * factor) * double


@float32_through_float64
def normal_pdf_times(xp: Namespace, x: Array, factor: Array) -> Array:
    """factor phi(x), with the rounding error of x^2 put back; for a finite factor."""
    size = xp.minimum(xp.abs(x), 50.0)  # phi(50) is 0 in float64, exp(-50^2 / 4) normal
    square, error = two_product(xp, size, size)
    root = xp.exp(-0.25 * square)
    root = root - root * (0.25 * error)
    return (root * (factor / _ROOT_2_PI)) * root


@float32_through_float64
def logistic_times(xp: Namespace, x: Array, low: Array, factor: Array) -> Array:
    """factor / (1 + exp(-(x + low))), for finite factors and a small correction `low` of x."""
    root = xp.exp(-0.5 * xp.abs(x))
    small = root * root
    both = 1.0 + small
    factor = factor + factor * (low * (xp.where(x > 0.0, small, 1.0) / both))
    return xp.where(x < 0.0, (root * factor) * root, factor) / both
