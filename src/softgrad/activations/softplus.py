"""Softplus, log(1 + exp(beta z)) / beta."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any, ClassVar, final

from softgrad.arrays.divergences import softplus_divergence
from softgrad.arrays.exact import two_product
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.scaled import logistic_slope_times, logistic_times
from softgrad.arrays.special import log1pmx
from softgrad.contracts.domains import POSITIVE, Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.contracts.forms import Form, elementwise_form
from softgrad.contracts.parameters import parameter
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Softplus(ElementWise):
    """a_i = log(1 + exp(beta z_i)) / beta > 0, with derivative the sigmoid of beta z_i.

    Smooth everywhere; exp(beta z) / beta far left, z far right, with no threshold between. It is
    the gradient of -Li2(-exp(beta z)) / beta^2.

    Args:
        beta: > 0; the larger, the closer to relu.

    Source: Dugas et al. 2001.
    """

    name: ClassVar[str] = "softplus"
    domain: ClassVar[Domain] = POSITIVE
    positive: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True

    beta: float = parameter(1.0, low=0.0, open_low=True, examples=(0.3, 4.0))

    def value(self, xp: Namespace, z: Array) -> Array:
        """max(0, z) + log(1 + exp(-beta |z|)) / beta."""
        y, low = self._scaled(xp, z)
        size, shift = xp.abs(y), xp.where(y < 0.0, low, -low)
        small = xp.exp(-size)
        tail = xp.log1p(small) + small / (1.0 + small) * shift
        return xp.maximum(z, 0.0) + tail / self.beta

    def first(self, xp: Namespace, z: Array) -> Array:
        """1 / (1 + exp(-beta z))."""
        y, low = self._scaled(xp, z)
        return logistic_times(xp, y, low, xp.ones_like(y))

    def second(self, xp: Namespace, z: Array) -> Array:
        """Beta p (1 - p) for p the first derivative: even in z."""
        y, low = self._scaled(xp, z)
        return logistic_slope_times(xp, y, low, self.beta * xp.ones_like(y))

    def log_form(self, xp: Namespace, z: Array) -> Form:
        """y + log(log1p(u) / u) - log beta with y = beta z and u = exp(y), and its derivatives."""
        y = self.beta * z
        inner, low = self._scaled(xp, z)
        left, far = y < 0.0, y > 40.0
        small = xp.exp(-xp.abs(inner)) * (1.0 + xp.where(left, low, -low))
        softplus = xp.maximum(y, 0.0) + xp.log1p(small)  # log(1 + u) with u = exp y
        u = xp.where(left, small, 1.0 / xp.where(left | far, 1.0, small))
        # m = log(1 + u) / u, from 1 far left to 0 far right, and m - 1, which is small there.
        tiny = u < 1e-4
        few = -u * (0.5 - u * (1.0 / 3.0 - u * (0.25 - u * 0.2)))
        less = xp.where(tiny, few, log1pmx(xp, u) / xp.where(tiny, 1.0, u))
        share = (1.0 + u) * xp.where(tiny, 1.0 + less, softplus / xp.where(tiny, 1.0, u))
        log_value = xp.where(left, y, 0.0) + xp.log1p(xp.where(left, less, softplus - 1.0))
        slope = 1.0 / xp.where(far, y, share)
        bend = xp.where(far, -1.0, less) * (slope * slope)
        return elementwise_form(
            log_value - log(self.beta),
            lambda: self.beta * slope,
            lambda: self.beta * self.beta * bend,
        )

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """The divergence of beta z from the point where softplus is beta t, over beta^2."""
        return softplus_divergence(xp, self.beta * z, self.beta * t) / self.beta / self.beta

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """1 - exp(-beta p)."""
        return DiagonalPlusLowRank(-xp.expm1(-self.beta * p))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp
        from mpmath import log as mp_log

        return [mp_log(1 + exp(self.beta * x)) / self.beta for x in z]

    def _scaled(self, xp: Namespace, z: Array) -> tuple[Array, Array]:
        """Beta z, and what the product rounded away, which exp would magnify."""
        inner = xp.clip(z, -1000.0 / self.beta, 1000.0 / self.beta)
        return two_product(xp, inner, self.beta * xp.ones_like(inner))
