"""Powers of a number whose logarithm is known, also where it underflows; sums of powers."""

from __future__ import annotations

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import float32_through_float64


def power(xp: Namespace, p: Array, log_p: Array, exponent: float) -> Array:
    """p^exponent for p >= 0, given p and log p.

    By p where it is a normal number, for exp(exponent log p) loses a digit for each digit of
    log p; by the logarithm where p has underflowed or overflowed, though its root may not have.
    """
    limits = xp.finfo(p.dtype)
    smallest, largest = float(limits.smallest_normal), float(limits.max)

    @float32_through_float64
    def evaluate(xp: Namespace, p: Array, log_p: Array) -> Array:
        normal = (p >= smallest) & (p <= largest)
        direct = xp.where(normal, p, xp.ones_like(p)) ** exponent
        through_log = xp.exp(exponent * log_p) if exponent != 0.0 else xp.ones_like(p)
        return xp.where(normal, direct, through_log)

    return evaluate(xp, p, log_p)


def geometric_sum(xp: Namespace, q: Array, terms: float) -> Array:
    """1 + q + ... + q^(terms - 1), by Horner's rule."""
    total = xp.zeros_like(q)
    for _ in range(int(terms)):
        total = 1.0 + q * total
    return total


def logarithm_series(xp: Namespace, q: Array, order: float) -> Array:
    """q + q^2 / 2 + ... + q^order / order, the series of -log(1 - q) cut off, by Horner's rule."""
    total = xp.zeros_like(q)
    for j in range(int(order), 0, -1):
        total = q * (1.0 / j + total)
    return total
