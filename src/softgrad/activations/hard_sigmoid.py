"""The hard sigmoid, z / 6 + 1/2 clipped to [0, 1]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import CLOSED_COINS, Domain
from softgrad.contracts.elementwise import Coin
from softgrad.contracts.forms import Form, elementwise_form
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class HardSigmoid(Coin):
    """p_i = min(1, max(0, z_i / 6 + 1/2)), with derivative 1/6 inside and 0 outside.

    Kinks at -3 and 3, where the derivative is 0 (the subgradient of least norm). Its
    probabilities reach 0 and 1; log p is then -inf and its derivatives are 0. It is the gradient
    of the Huber function of z / 3, scaled.

    Source: Howard et al. 2019 (MobileNetV3), whose slope is 1/6; Courbariaux 2015 has 1/5.
    """

    name: ClassVar[str] = "hard_sigmoid"
    domain: ClassVar[Domain] = CLOSED_COINS
    piecewise_linear: ClassVar[bool] = True

    def output_form(self, xp: Namespace, z: Array) -> Form:
        """p, 1/6 inside, 0."""
        return elementwise_form(_heads(xp, z), lambda: _slope(xp, z), lambda: 0.0 * _slope(xp, z))

    def complement_form(self, xp: Namespace, z: Array) -> Form:
        """p at -z."""
        return elementwise_form(_heads(xp, -z), lambda: -_slope(xp, z), lambda: 0.0 * _slope(xp, z))

    def log_form(self, xp: Namespace, z: Array) -> Form:
        """log p, 1 / (z + 3), -1 / (z + 3)^2; outside -inf or 0, with slope 0."""
        return elementwise_form(
            _log_heads(xp, z), lambda: _log_slope(xp, z), lambda: -(_log_slope(xp, z) ** 2)
        )

    def log_complement_form(self, xp: Namespace, z: Array) -> Form:
        """log p at -z."""
        return elementwise_form(
            _log_heads(xp, -z), lambda: -_log_slope(xp, -z), lambda: -(_log_slope(xp, -z) ** 2)
        )

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """3 (p - t)^2 + max(0, z - 3) (1 - t) + max(0, -3 - z) t; infinite for t outside [0, 1]."""
        p, q = _heads(xp, z), _heads(xp, -z)
        difference = xp.where(p > 0.5, (1.0 - t) - q, p - t)
        lacking = xp.where(z > 0.0, 1.0 - t, t)
        outside = xp.maximum(xp.abs(z) - 3.0, 0.0)
        tail = xp.where((outside == 0.0) | (lacking == 0.0), 0.0, outside * lacking)
        return xp.where((t < 0.0) | (t > 1.0), xp.inf, 3.0 * difference * difference + tail)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """1/6 for 0 < p < 1, else 0."""
        return DiagonalPlusLowRank(_slope(xp, 6.0 * p - 3.0))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import mpf

        return [min(mpf(1), max(mpf(0), x / 6 + mpf(1) / 2)) for x in z]


def _heads(xp: Namespace, z: Array) -> Array:
    # z + 3 is exact where it is small; its rounding elsewhere is relative to the sum itself.
    return xp.minimum(xp.maximum(z + 3.0, 0.0) / 6.0, 1.0)


def _inside(xp: Namespace, z: Array) -> Array:
    return xp.abs(z) < 3.0


def _slope(xp: Namespace, z: Array) -> Array:
    return xp.where(xp.isnan(z), z, xp.where(_inside(xp, z), 1.0 / 6.0, xp.zeros_like(z)))


def _log_heads(xp: Namespace, z: Array) -> Array:
    """Through 1 - p where p > 1/2."""
    return xp.where(z > 0.0, xp.log1p(-xp.minimum(_heads(xp, -z), 0.5)), xp.log(_heads(xp, z)))


def _log_slope(xp: Namespace, z: Array) -> Array:
    inner = xp.where(_inside(xp, z), z, xp.zeros_like(z))
    return xp.where(xp.isnan(z), z, xp.where(_inside(xp, z), 1.0 / (inner + 3.0), 0.0))
