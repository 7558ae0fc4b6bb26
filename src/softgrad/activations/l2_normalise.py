"""Division by the Euclidean length, f = z / sqrt(|z|^2 + epsilon)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.places import first_largest
from softgrad.arrays.precision import round_to, wants_float64
from softgrad.arrays.signs import sign
from softgrad.arrays.special import sum_of_weights
from softgrad.contracts.activation import Activation
from softgrad.contracts.domains import Domain
from softgrad.contracts.forms import Form, Forms
from softgrad.contracts.parameters import parameter
from softgrad.operators import DiagonalPlusLowRank, Pivot


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class L2Normalise(Activation):
    """f_i = z_i / sqrt(sum_j z_j^2 + e), a vector of length 1 where e = 0.

    The Jacobian is (I - f f^T) / sqrt(sum z^2 + e): for e = 0 nothing changes along z. Smooth but
    for z = 0 at e = 0, where output and derivative are 0 by convention. One infinite entry, of
    either sign, gives its limit, a vector of one +1 or -1 with derivative 0; several give NaN.

    Args:
        epsilon: e >= 0.

    Source: the projection onto the sphere, as in Salimans and Kingma 2016. Evaluated in units of
    the largest |z|, so that no square overflows or underflows.
    """

    name: ClassVar[str] = "l2_normalise"
    domain: ClassVar[Domain] = Domain("unit vectors", "values", -1.0, 1.0, has_low=True)
    rowwise: ClassVar[bool] = True
    symmetric: ClassVar[bool] = True

    epsilon: float = parameter(0.0, low=0.0, examples=(0.5,))

    def forms(self, xp: Namespace, z: Array) -> Forms:
        """f with (I - f f^T) / rho, and its curvature of rank 3."""
        f, rest, inverse = self._rounded(xp, z)
        large = rest < 0.5
        inverse = xp.broadcast_to(inverse, f.shape)

        def jacobian() -> DiagonalPlusLowRank:
            return DiagonalPlusLowRank.of(
                inverse, (-f, f * inverse), pivot=Pivot(large, rest * inverse)
            )

        def curvature(g: Array) -> DiagonalPlusLowRank:
            w = jacobian() @ g
            along = xp.sum(f * g, axis=-1, keepdims=True) * inverse * inverse
            bent = w * inverse
            pivot = Pivot(large, -along * rest - 2.0 * f * bent)
            return DiagonalPlusLowRank.of(-along, (along * f - bent, f), (-f, bent), pivot=pivot)

        return Forms(xp, z, Form(f, jacobian, curvature))

    def _rounded(self, xp: Namespace, z: Array) -> tuple[Array, Array, Array]:
        if not wants_float64(xp, z):
            return self._normalised(xp, z)
        f, rest, inverse = self._normalised(xp, xp.astype(z, xp.float64))
        return round_to(xp, f, z.dtype), round_to(xp, rest, z.dtype), round_to(xp, inverse, z.dtype)

    def _normalised(self, xp: Namespace, z: Array) -> tuple[Array, Array, Array]:
        """f, 1 - f^2 where that is below 1/2 (else 1), and 1 / rho of shape (..., 1)."""
        infinite = xp.isinf(z)
        several = xp.sum(xp.astype(infinite, z.dtype), axis=-1, keepdims=True)
        z = xp.where(infinite, sign(xp, z), xp.where(several > 0.0, 0.0 * z, z))
        z = xp.where(several > 1.0, xp.nan, z)

        largest = xp.max(xp.abs(z), axis=-1, keepdims=True)
        unit = xp.maximum(largest, xp.full_like(largest, self.epsilon**0.5))
        unit = xp.where(unit == 0.0, xp.ones_like(unit), unit)
        x = z / unit
        slack = self.epsilon / unit / unit * xp.where(several > 0.0, 0.0, xp.ones_like(unit))
        squares = x * x
        top = first_largest(xp, squares)
        others = sum_of_weights(xp, xp.where(top, xp.zeros_like(z), squares)) + slack
        total = others + xp.sum(xp.where(top, squares, xp.zeros_like(z)), axis=-1, keepdims=True)
        flat = total == 0.0  # z = 0 and epsilon = 0
        length = xp.sqrt(xp.where(flat, xp.ones_like(total), total))
        rest = xp.where(top & (others < 0.5 * total), others / total, xp.ones_like(x))
        stiff = flat | (several > 0.0)
        inverse = xp.where(stiff, xp.zeros_like(length), 1.0 / length / unit)
        return x / length, rest, inverse + 0.0 * total

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import fsum, mpf, sqrt

        length = sqrt(fsum(mpf(x) ** 2 for x in z) + self.epsilon)
        return [x / length if length else mpf(0) for x in z]
