"""The complementary log-log, 1 - exp(-exp(z))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.divergences import log_log_divergence
from softgrad.arrays.exp_pair import exp_pair
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.odds import BERNOULLI
from softgrad.arrays.precision import polynomial
from softgrad.arrays.scaled import exp_times
from softgrad.contracts.domains import COINS, Domain
from softgrad.contracts.elementwise import Coin
from softgrad.contracts.forms import Form, elementwise_form
from softgrad.operators import DiagonalPlusLowRank

_LARGEST = 7.0  # exp(-exp(7)) is 0


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class ComplementaryLogLog(Coin):
    """p_i = 1 - exp(-exp(z_i)): the probability that a Poisson count of rate exp(z_i) is not 0.

    Smooth everywhere, and not symmetric: 1 - p falls off doubly exponentially. It is the gradient
    of Ein(exp z) = z + gamma + E1(exp z).

    Source: Fisher 1922. exp(z) is kept to twice the precision where it is exponentiated again.
    """

    name: ClassVar[str] = "complementary_log_log"
    domain: ClassVar[Domain] = COINS

    def output_form(self, xp: Namespace, z: Array) -> Form:
        """p = 1 - exp(-w), w exp(-w), w (1 - w) exp(-w), with w = exp z."""
        return elementwise_form(
            -xp.expm1(-_rate(xp, z)[0]), lambda: _first(xp, z), lambda: _second(xp, z)
        )

    def complement_form(self, xp: Namespace, z: Array) -> Form:
        """exp(-w)."""
        return elementwise_form(_complement(xp, z), lambda: -_first(xp, z), lambda: -_second(xp, z))

    def log_form(self, xp: Namespace, z: Array) -> Form:
        """log(1 - exp(-w)), h = w / (exp(w) - 1), h (1 - w - h)."""
        w, _ = _rate(xp, z)
        share = -xp.expm1(-w)
        ratio = xp.where(w > 0.0, share / xp.where(w > 0.0, w, 1.0), 1.0)
        middle = xp.log(xp.where(z < -1.0, 1.0, share))
        right = xp.log1p(-_complement(xp, xp.maximum(z, 0.0)))
        value = xp.where(z < -1.0, z + xp.log(ratio), xp.where(z <= 0.0, middle, right))
        return elementwise_form(
            value, lambda: _odds(xp, z, xp.ones_like(z)), lambda: _log_bend(xp, z)
        )

    def log_complement_form(self, xp: Namespace, z: Array) -> Form:
        """-w, three times."""
        return elementwise_form(-xp.exp(z), lambda: -xp.exp(z), lambda: -xp.exp(z))

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """Ein(exp z) - Ein(exp a) - t (z - a), with a the point where p is t."""
        return log_log_divergence(xp, z, t)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """-(1 - p) log(1 - p)."""
        return DiagonalPlusLowRank(xp.where(p == 1.0, 0.0, -(1.0 - p) * xp.log1p(-p)))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp

        return [1 - exp(-exp(x)) for x in z]


def _rate(xp: Namespace, z: Array) -> tuple[Array, Array]:
    """w + low = exp(z), with z kept below 7; low is 0 where w < 1 needs no correction."""
    high, low = exp_pair(xp, xp.clip(z, 0.0, _LARGEST))
    plain = xp.exp(xp.minimum(z, 0.0))
    return xp.where(z > 0.0, high, plain), xp.where(z > 0.0, low, 0.0)


def _complement(xp: Namespace, z: Array) -> Array:
    w, low = _rate(xp, z)
    return xp.exp(-w) * (1.0 - low)


def _first(xp: Namespace, z: Array) -> Array:
    w, low = _rate(xp, z)
    return exp_times(xp, -w, w * (1.0 - low))


def _second(xp: Namespace, z: Array) -> Array:
    w, low = _rate(xp, z)
    # 1 - w, which changes sign at z = 0.
    less = xp.where(z < 1.0, -xp.expm1(xp.minimum(z, 1.0)), (1.0 - w) - low)
    return exp_times(xp, -w, w * less * (1.0 - low))


def _odds(xp: Namespace, z: Array, factor: Array) -> Array:
    """factor w / (exp(w) - 1), from 1 far left."""
    w, low = _rate(xp, z)
    share = -xp.expm1(-w)
    ratio = xp.where(w > 0.0, w / xp.where(w > 0.0, share, 1.0), 1.0)
    return exp_times(xp, -w, factor * ratio * (1.0 - low))


def _log_bend(xp: Namespace, z: Array) -> Array:
    """h (1 - w - h); for small w the bracket is -w / 2 less Bernoulli's series."""
    w, _ = _rate(xp, z)
    small = xp.minimum(w, 0.5)
    series = -small * (0.5 + small * polynomial(small * small, BERNOULLI))
    direct = (1.0 - w) - _odds(xp, z, xp.ones_like(z))
    return _odds(xp, z, xp.where(w < 0.5, series, direct))
