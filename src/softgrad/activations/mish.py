"""Mish, z tanh(softplus(z))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.scaled import exp_times
from softgrad.arrays.special import tanh_softplus
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.elementwise import ElementWise


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Mish(ElementWise):
    """a_i = z_i tanh(log(1 + exp(z_i))).

    Smooth everywhere, and not monotone: its minimum is -0.3088 at z = -1.1924, so it is the
    gradient of no convex potential.

    Source: Misra 2019. With u = exp(z), tanh(log(1 + u)) = (u^2 + 2 u) / (u^2 + 2 u + 2); far
    left u is taken as two factors, so that it is right down to underflow.
    """

    name: ClassVar[str] = "mish"
    domain: ClassVar[Domain] = REAL

    def value(self, xp: Namespace, z: Array) -> Array:
        """z t, with t = tanh(softplus(z))."""
        x = xp.clip(z, -1500.0, 0.0)
        u = xp.exp(x)
        left = exp_times(xp, x, x * ((u + 2.0) / _denominator(u)))
        return xp.where(z < 0.0, left, z * tanh_softplus(xp, xp.maximum(z, 0.0)))

    def first(self, xp: Namespace, z: Array) -> Array:
        """t + z (1 - t^2) p, with p = 1 / (1 + exp(-z)) and (1 - t^2) p = 4 u (1 + u) / D^2."""
        x = xp.clip(z, -1500.0, 0.0)
        u = xp.exp(x)
        d = _denominator(u)
        # (u + 2) D + 4 z (1 + u), sorted so that nothing cancels but at the minimum itself.
        bracket = 4.0 * (x + 1.0) + u * ((4.0 * x + 6.0) + u * (4.0 + u))
        left = exp_times(xp, x, bracket / (d * d))

        y = xp.clip(z, 0.0, 1500.0)
        v = xp.exp(-y)
        right = tanh_softplus(xp, y) + exp_times(xp, -2.0 * y, y * _rise(v))
        return xp.where(z < 0.0, left, right)

    def second(self, xp: Namespace, z: Array) -> Array:
        """(1 - t^2) p (2 + z q - 2 z t p), with q = 1 - p."""
        x = xp.clip(z, -1500.0, 1500.0)
        small = xp.exp(-xp.abs(x))
        p = xp.where(x < 0.0, small, 1.0) / (1.0 + small)
        q = xp.where(x < 0.0, 1.0, small) / (1.0 + small)
        bracket = 2.0 + x * (q - 2.0 * tanh_softplus(xp, x) * p)
        d = _denominator(small)
        left = exp_times(xp, xp.minimum(x, 0.0), 4.0 * (1.0 + small) / (d * d) * bracket)
        right = exp_times(xp, -2.0 * xp.maximum(x, 0.0), _rise(small) * bracket)
        return xp.where(x < 0.0, left, right)

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp, log, tanh

        return [x * tanh(log(1 + exp(x))) for x in z]


def _denominator(u: Array) -> Array:
    """D = u^2 + 2 u + 2."""
    return 2.0 + u * (2.0 + u)


def _rise(v: Array) -> Array:
    """(1 - t^2) p / v^2 at v = exp(-z): 4 (1 + v) / (1 + 2 v + 2 v^2)^2."""
    d = 1.0 + 2.0 * v * (1.0 + v)
    return 4.0 * (1.0 + v) / (d * d)
