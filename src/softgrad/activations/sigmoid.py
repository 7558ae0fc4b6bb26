"""The logistic sigmoid, p = 1 / (1 + exp(-z)): the canonical coin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.special import logistic, softplus
from softgrad.contracts.domains import COINS, Domain
from softgrad.contracts.elementwise import Coin
from softgrad.contracts.facts import Link
from softgrad.contracts.forms import Form, elementwise_form
from softgrad.contracts.relative_entropy import coin_relative_entropy
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Sigmoid(Coin):
    """p_i = 1 / (1 + exp(-z_i)), with derivative p (1 - p), each entry a coin of its own.

    Smooth everywhere. It is the gradient of softplus; with cross-entropy it is binary
    cross-entropy, softplus((1 - 2 t) z) for t in {0, 1}.

    Source: Cox 1958. 1 - p is the sigmoid of -z, so no derivative is formed by subtraction.
    """

    name: ClassVar[str] = "sigmoid"
    domain: ClassVar[Domain] = COINS
    link: ClassVar[Link | None] = "logit"

    def output_form(self, xp: Namespace, z: Array) -> Form:
        """p, p q, p q (q - p)."""
        p, q = logistic(xp, z), logistic(xp, -z)
        return elementwise_form(p, lambda: p * q, lambda: -(p * q) * xp.tanh(0.5 * z))

    def complement_form(self, xp: Namespace, z: Array) -> Form:
        """q, -p q, -p q (q - p)."""
        p, q = logistic(xp, z), logistic(xp, -z)
        return elementwise_form(q, lambda: -(p * q), lambda: (p * q) * xp.tanh(0.5 * z))

    def log_form(self, xp: Namespace, z: Array) -> Form:
        """-softplus(-z), q, -p q."""
        p, q = logistic(xp, z), logistic(xp, -z)
        return elementwise_form(-softplus(xp, -z), lambda: q, lambda: -(p * q))

    def log_complement_form(self, xp: Namespace, z: Array) -> Form:
        """-softplus(z), -p, -p q."""
        p, q = logistic(xp, z), logistic(xp, -z)
        return elementwise_form(-softplus(xp, z), lambda: -p, lambda: -(p * q))

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """KL of the coin t from the coin p."""
        return coin_relative_entropy(xp, self.forms(xp, z), t)

    def natural_scale(self) -> float:
        """1."""
        return 1.0

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """p (1 - p)."""
        return DiagonalPlusLowRank(p * (1.0 - p))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp

        return [1 / (1 + exp(-x)) for x in z]
