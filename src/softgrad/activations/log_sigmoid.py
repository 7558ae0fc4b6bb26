"""The logarithm of the logistic sigmoid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.divergences import softplus_divergence
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import float32_through_float64
from softgrad.arrays.scaled import logistic_slope_times
from softgrad.arrays.special import logistic, softplus
from softgrad.contracts.activation import Activation
from softgrad.contracts.domains import LOG_COINS, Domain
from softgrad.contracts.forms import Form, Forms, elementwise_form, rounded_form
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class LogSigmoid(Activation):
    """a_i = log(1 / (1 + exp(-z_i))) = -softplus(-z_i): the logarithm of a coin's probability.

    Smooth everywhere. Losses of probabilities that are written on logarithms (cross-entropy,
    focal) go through it as through `sigmoid`; losses of values see the logarithm. It is the
    gradient of -Li2(-exp(-z)), for targets t <= 0.
    """

    name: ClassVar[str] = "log_sigmoid"
    domain: ClassVar[Domain] = LOG_COINS
    rowwise: ClassVar[bool] = False
    symmetric: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True

    def forms(self, xp: Namespace, z: Array) -> Forms:
        """The logarithm as the output, the coin as the probability."""

        def excess(forms: Forms, t: Array) -> Array:
            entries = softplus_divergence(xp, -z, -t)
            if forms.keep is not None:
                entries = xp.where(forms.keep, entries, xp.zeros_like(entries))
            return xp.sum(entries, axis=-1)

        coin = _side(xp, z, 1.0)
        return Forms(xp, z, coin.log, excess=excess, probability=lambda: coin)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """1 - exp(p)."""
        return DiagonalPlusLowRank(-xp.expm1(p))

    def natural_scale(self) -> float:
        """1."""
        return 1.0

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp, log

        return [log(1 / (1 + exp(-x))) for x in z]


def _side(xp: Namespace, z: Array, sign: float) -> Forms:
    """Heads of the coin (sign 1) or tails (sign -1): the same functions of sign * z."""

    def output(xp: Namespace, z: Array) -> Form:
        """p, sign p q, p q (q - p)."""
        y, zero = sign * z, xp.zeros_like(z)
        return elementwise_form(
            logistic(xp, y),
            lambda: logistic_slope_times(xp, y, zero, sign * xp.ones_like(y)),
            lambda: logistic_slope_times(xp, y, zero, -xp.tanh(0.5 * y)),
        )

    def log(xp: Namespace, z: Array) -> Form:
        """-softplus(-y), sign q, -p q."""
        y = sign * z
        p, q = logistic(xp, y), logistic(xp, -y)
        return elementwise_form(-softplus(xp, -y), lambda: sign * q, lambda: -(p * q))

    return Forms(
        xp,
        z,
        rounded_form(output, xp, z),
        complement=lambda: float32_through_float64(logistic)(xp, -sign * z),
        log=lambda: rounded_form(log, xp, z),
        other_side=lambda: _side(xp, z, -sign),
    )
