"""Powers of a number whose logarithm is known, accurate also where the number itself underflows."""

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
