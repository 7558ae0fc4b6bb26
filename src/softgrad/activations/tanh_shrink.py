"""Tanh shrinkage, z - tanh(z)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import polynomial
from softgrad.arrays.scaled import sech_squared_times
from softgrad.arrays.special import sech_squared
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.elementwise import ElementWise

# z cosh z - sinh z = z^3 sum_k 2 k / (2 k + 1)! z^(2 k - 2), whose next term counts nothing at 2.
_SERIES = tuple(2 * k / factorial(2 * k + 1) for k in range(1, 13))


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class TanhShrink(ElementWise):
    """a_i = z_i - tanh(z_i), with derivative tanh(z_i)^2: flat at 0, slope 1 far out.

    Smooth everywhere, z^3 / 3 near 0. Increasing, but its inverse, which a canonical loss would
    need, has no closed form: `fenchel_young` does not pair with it.

    Source: PyTorch's Tanhshrink. Up to 2 it is z^3 s(z^2) / cosh z with a series s of positive
    terms, for there the difference would cancel.
    """

    name: ClassVar[str] = "tanh_shrink"
    domain: ClassVar[Domain] = REAL

    def value(self, xp: Namespace, z: Array) -> Array:
        """z^3 s(z^2) / cosh z, or the difference itself."""
        inner = xp.clip(z, -2.0, 2.0)
        square = inner * inner
        grown = xp.exp(inner)
        near = inner * (square * (polynomial(square, _SERIES) / (0.5 * (grown + 1.0 / grown))))
        return xp.where(xp.abs(z) <= 2.0, near, z - xp.tanh(z))

    def first(self, xp: Namespace, z: Array) -> Array:
        """tanh^2 z, by its complement where that is small."""
        tangent = xp.tanh(z)
        return xp.where(xp.abs(z) > 1.0, 1.0 - sech_squared(xp, z), tangent * tangent)

    def second(self, xp: Namespace, z: Array) -> Array:
        """2 tanh z / cosh^2 z."""
        return sech_squared_times(xp, z, 2.0 * xp.tanh(z))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import tanh

        return [x - tanh(x) for x in z]
