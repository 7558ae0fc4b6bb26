"""Gauss-Laguerre nodes and weights to far more digits than an array holds."""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import lru_cache


@lru_cache(maxsize=32)
def gauss_laguerre(points: int) -> tuple[tuple[Decimal, Decimal], ...]:
    """(t_j, w_j) with sum w_j f(t_j) = integral of exp(-t) f(t), exact up to degree 2 points - 1.

    To 50 digits: Newton's method on the recurrence of L_n, from NumPy's double precision nodes
    (DLMF 3.5.27 and 18.9.1; w = t / ((n + 1) L_(n+1)(t))^2).
    """
    from numpy.polynomial.laguerre import laggauss

    with localcontext() as context:
        context.prec = 70
        found: list[tuple[Decimal, Decimal]] = []
        for start in laggauss(points)[0].tolist():
            t = Decimal(start)
            for _ in range(4):
                before, value, _ = _laguerre(points, t)
                t -= value * t / (points * (value - before))
            _, _, after = _laguerre(points, t)
            found.append((t, t / ((points + 1) * after) ** 2))
        return tuple(found)


def _laguerre(n: int, t: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """L_(n-1), L_n and L_(n+1) at t."""
    before, value = Decimal(0), Decimal(1)
    for k in range(n):
        before, value = value, ((2 * k + 1 - t) * value - k * before) / (k + 1)
    return before, value, ((2 * n + 1 - t) * value - n * before) / (n + 1)
