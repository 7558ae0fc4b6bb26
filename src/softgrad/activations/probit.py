"""Probit, the normal distribution function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.divergences import normal_divergence
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.scaled import normal_pdf_times
from softgrad.arrays.special import (
    inverse_mills,
    log_normal_cdf,
    mills_excess,
    normal_cdf,
    normal_pdf,
    normal_quantile,
)
from softgrad.contracts.domains import COINS, Domain
from softgrad.contracts.elementwise import Coin
from softgrad.contracts.forms import Form, elementwise_form
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Probit(Coin):
    """p_i = Phi(z_i), the normal distribution function, with derivative its density phi(z_i).

    Smooth everywhere. It is the gradient of z Phi(z) + phi(z).

    Source: Bliss 1934. 1 - p is Phi(-z), so no tail is formed by subtraction.
    """

    name: ClassVar[str] = "probit"
    domain: ClassVar[Domain] = COINS

    def output_form(self, xp: Namespace, z: Array) -> Form:
        """Phi(z), phi(z), -z phi(z)."""
        return elementwise_form(
            normal_cdf(xp, z), lambda: normal_pdf(xp, z), lambda: -_moment(xp, z)
        )

    def complement_form(self, xp: Namespace, z: Array) -> Form:
        """Phi(-z), -phi(z), z phi(z)."""
        return elementwise_form(
            normal_cdf(xp, -z), lambda: -normal_pdf(xp, z), lambda: _moment(xp, z)
        )

    def log_form(self, xp: Namespace, z: Array) -> Form:
        """log Phi, m, -m (z + m), with m = phi / Phi the inverse Mills ratio."""
        return elementwise_form(
            log_normal_cdf(xp, z), lambda: inverse_mills(xp, z), lambda: _log_bend(xp, z)
        )

    def log_complement_form(self, xp: Namespace, z: Array) -> Form:
        """log Phi(-z) and its derivatives."""
        return elementwise_form(
            log_normal_cdf(xp, -z), lambda: -inverse_mills(xp, -z), lambda: _log_bend(xp, -z)
        )

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """z Phi(z) + phi(z) - phi(Phi^-1(t)) - t z."""
        return normal_divergence(xp, z, t)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """phi(Phi^-1(p))."""
        return DiagonalPlusLowRank(normal_pdf(xp, normal_quantile(xp, p)))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import erfc, sqrt

        return [erfc(-x / sqrt(2)) / 2 for x in z]


def _moment(xp: Namespace, z: Array) -> Array:
    """z phi(z)."""
    x = xp.clip(z, -50.0, 50.0)  # phi(50) is 0
    return normal_pdf_times(xp, x, x)


def _log_bend(xp: Namespace, z: Array) -> Array:
    """-m (z + m), from -1 far left to -z phi(z) far right."""
    size = xp.minimum(xp.abs(z), 1e8)
    excess = mills_excess(xp, size)
    right = xp.clip(z, 0.0, 50.0)
    m = inverse_mills(xp, right)
    outside = -normal_pdf_times(xp, right, (right + m) / normal_cdf(xp, right))
    return xp.where(z < 0.0, -(size + excess) * excess, outside)
