"""w / (exp(w) - 1), the odds of a waiting time against its rate, and how they bend."""

from __future__ import annotations

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import polynomial

# B_2k / (2k)! for k = 1, 2, ...: w / (e^w - 1) - 1 + w / 2 over w^2 (DLMF 24.2.1).
BERNOULLI = (
    1.0 / 12.0,
    -1.0 / 720.0,
    1.0 / 30240.0,
    -1.0 / 1209600.0,
    1.0 / 47900160.0,
    -691.0 / 1307674368000.0,
    1.0 / 74724249600.0,
)
_SMALL, _FAR = 0.5, 800.0  # exp(-800) is 0


def odds_and_bend(xp: Namespace, w: Array) -> tuple[Array, Array]:
    """h = w / (exp(w) - 1) and -dh / dlog w = h (w + h - 1), for w >= 0."""
    positive = xp.where(w > 0.0, xp.minimum(w, _FAR), 1.0)
    grown = xp.where(w > 0.0, positive / -xp.expm1(-positive), 1.0)  # w + h
    odds = xp.where(w >= _FAR, 0.0, grown * xp.exp(-xp.minimum(w, _FAR)))
    small = xp.minimum(w, _SMALL)
    series = small * (0.5 + small * polynomial(small * small, BERNOULLI))
    return odds, odds * xp.where(w < _SMALL, series, grown - 1.0)
