"""The exponential: a positive rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import POSITIVE, Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.contracts.facts import Link
from softgrad.contracts.forms import Form, elementwise_form
from softgrad.contracts.relative_entropy import relative_entropy_terms
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Exp(ElementWise):
    """a_i = exp(z_i), its own derivative: the log link of Poisson regression.

    Smooth everywhere. It is the gradient of exp: its canonical loss is half the Poisson deviance,
    t log(t / a) - t + a, for targets t >= 0.
    """

    name: ClassVar[str] = "exp"
    domain: ClassVar[Domain] = POSITIVE
    link: ClassVar[Link | None] = "log"
    positive: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True

    def value(self, xp: Namespace, z: Array) -> Array:
        """exp z."""
        return xp.exp(z)

    def first(self, xp: Namespace, z: Array) -> Array:
        """exp z."""
        return xp.exp(z)

    def second(self, xp: Namespace, z: Array) -> Array:
        """exp z."""
        return xp.exp(z)

    def log_form(self, xp: Namespace, z: Array) -> Form:
        """z itself: slope 1, no curvature."""
        nan = xp.isnan(z)
        return elementwise_form(
            z,
            lambda: xp.where(nan, z, xp.ones_like(z)),
            lambda: xp.where(nan, z, xp.zeros_like(z)),
        )

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """t log(t / exp z) - t + exp z; infinite for t < 0."""
        p = xp.exp(z)
        return xp.where(
            (t < 0.0) | (z == xp.inf), xp.inf, relative_entropy_terms(xp, t, p, z, t - p)
        )

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """p."""
        return DiagonalPlusLowRank(p)

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp

        return [exp(x) for x in z]
