"""The hyperbolic tangent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.scaled import sech_squared_times
from softgrad.arrays.special import logistic, softplus
from softgrad.contracts.domains import Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.contracts.relative_entropy import relative_entropy_terms
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Tanh(ElementWise):
    """a_i = tanh(z_i), with derivative 1 / cosh(z_i)^2.

    Smooth everywhere. It is the gradient of log cosh: its canonical loss is the relative entropy
    of a coin with heads (1 + t) / 2 from one with heads (1 + tanh z) / 2, for -1 <= t <= 1.
    The derivative is not taken as 1 - tanh^2, which loses every digit from z = 19 on.
    """

    name: ClassVar[str] = "tanh"
    domain: ClassVar[Domain] = Domain("values", "values", -1.0, 1.0, has_low=True)
    has_potential: ClassVar[bool] = True

    def value(self, xp: Namespace, z: Array) -> Array:
        """tanh z."""
        return xp.tanh(z)

    def first(self, xp: Namespace, z: Array) -> Array:
        """1 / cosh^2 z."""
        return sech_squared_times(xp, z, xp.ones_like(z))

    def second(self, xp: Namespace, z: Array) -> Array:
        """-2 tanh z / cosh^2 z."""
        return sech_squared_times(xp, z, -2.0 * xp.tanh(z))

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """KL of the coin (1 + t) / 2 from the coin 1 / (1 + exp(-2 z)); infinite for |t| > 1."""
        y = 2.0 * z
        p, q = logistic(xp, y), logistic(xp, -y)
        d = 0.5 * (t - xp.tanh(z))
        log_p, log_q = -softplus(xp, -y), -softplus(xp, y)
        heads = relative_entropy_terms(xp, 0.5 * (1.0 + t), p, log_p, d)
        tails = relative_entropy_terms(xp, 0.5 * (1.0 - t), q, log_q, -d)
        return xp.where(xp.abs(t) > 1.0, xp.inf, heads + tails)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """(1 - p) (1 + p)."""
        return DiagonalPlusLowRank((1.0 - p) * (1.0 + p))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp

        return [(exp(x) - exp(-x)) / (exp(x) + exp(-x)) for x in z]
