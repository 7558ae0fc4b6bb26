"""Squareplus, (z + sqrt(z^2 + 4)) / 2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.divergences import log_excess
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import POSITIVE, Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.contracts.forms import Form, elementwise_form
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Squareplus(ElementWise):
    """a_i = (z_i + sqrt(z_i^2 + 4)) / 2 > 0: softplus without exponentials.

    Smooth everywhere; about -1 / z far left. It is the inverse of t - 1 / t, and the gradient of
    a^2 / 2 + log a.

    Source: Barron 2021. For z < 0 it is 2 / (sqrt(z^2 + 4) - z), so nothing cancels.
    """

    name: ClassVar[str] = "squareplus"
    domain: ClassVar[Domain] = POSITIVE
    positive: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True

    def value(self, xp: Namespace, z: Array) -> Array:
        """The larger root of a^2 - z a - 1; the product of the two is -1."""
        size = xp.abs(z)
        larger = 0.5 * size + 0.5 * _root(xp, z)
        return xp.where(z < 0.0, 1.0 / larger, larger)

    def first(self, xp: Namespace, z: Array) -> Array:
        """a / sqrt(z^2 + 4)."""
        root = _root(xp, z)
        share = 1.0 / (0.5 * xp.abs(z) + 0.5 * root) / root
        return xp.where(z < 0.0, share, 1.0 - share)

    def second(self, xp: Namespace, z: Array) -> Array:
        """2 / (z^2 + 4)^(3/2)."""
        root = _root(xp, z)
        return 2.0 / root / root / root

    def log_form(self, xp: Namespace, z: Array) -> Form:
        """asinh(z / 2), 1 / sqrt(z^2 + 4), -z / (z^2 + 4)^(3/2)."""

        def second() -> Array:
            root = _root(xp, z)
            sine = xp.where(xp.isinf(z), xp.sign(z), z / xp.where(xp.isinf(z), 1.0, root))
            return -sine / root / root

        return elementwise_form(xp.asinh(0.5 * z), lambda: 1.0 / _root(xp, z), second)

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """(a - t)^2 / 2 + r - 1 - log r with r = t / a; infinite for t <= 0."""
        a = self.value(xp, z)
        aim = xp.where(t > 0.0, t, 1.0)
        difference = aim - a
        value = 0.5 * difference * difference + log_excess(xp, aim / a, difference / a)
        return xp.where((t <= 0.0) | xp.isinf(z), xp.inf, xp.where(t != t, t, value))

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """p / (p + 1 / p), by the smaller of p and 1 / p."""
        small = xp.where(p > 1.0, 1.0 / p, p)
        share = small * small / (1.0 + small * small)
        return DiagonalPlusLowRank(xp.where(p > 1.0, 1.0 - share, share))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import sqrt

        return [(x + sqrt(x * x + 4)) / 2 for x in z]


def _root(xp: Namespace, z: Array) -> Array:
    """sqrt(z^2 + 4) without overflow."""
    return xp.hypot(z, 2.0 * xp.ones_like(z))
