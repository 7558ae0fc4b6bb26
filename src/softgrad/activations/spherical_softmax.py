"""Spherical softmax, p = (z^2 + epsilon) / sum (z^2 + epsilon)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.exact import two_product, two_sum
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.signs import sign
from softgrad.contracts.domains import SIMPLEX, Domain
from softgrad.contracts.normalised import Normalised, Weights
from softgrad.contracts.parameters import parameter
from softgrad.contracts.positive_weights import (
    Relative,
    finite_logits,
    positive_weights,
    relative_to_power,
    through_float64,
)


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class SphericalSoftmax(Normalised):
    """p_i = (z_i^2 + e) / sum_j (z_j^2 + e), blind to the sign of each logit.

    The Jacobian is (diag(p) - p p^T) diag(a) with a = 2 z / (z^2 + e), and |a| <= 1 / sqrt(e).
    Smooth everywhere; at z_i = 0 the derivative by z_i is 0. An infinite logit is "never" where
    it is -inf and the limit where it is +inf.

    Args:
        epsilon: e > 0 (at least 1e-30). At 0 the derivative of log p would be unbounded near
            z = 0; without it the map is invariant under scaling all logits.

    Source: Ollivier 2013 and Vincent, de Brebisson and Bouthillier 2015.
    """

    name: ClassVar[str] = "spherical_softmax"
    domain: ClassVar[Domain] = SIMPLEX

    epsilon: float = parameter(0.1, low=1e-30, high=1e30, examples=(1.0, 1e-6))

    def weigh(self, xp: Namespace, z: Array) -> Weights:
        """z^2 + e over its largest, 2 z / (z^2 + e) and 2 / (z^2 + e)."""
        return through_float64(self._weigh, xp, z)

    def _weigh(self, xp: Namespace, z: Array) -> Weights:
        finite = finite_logits(xp, z)
        # Where squares would overflow, in units of the logit itself.
        limit = 2.0**450 if xp.finfo(z.dtype).bits > 32 else 2.0**50
        large = xp.abs(finite) > limit
        scale = xp.where(large, xp.abs(finite), xp.ones_like(finite))
        u = xp.where(large, sign(xp, finite), finite)

        square, square_low = two_product(xp, u, u)
        value, low = two_sum(square, self.epsilon / scale / scale)
        value = value + (low + square_low)

        def relative_to(at_largest: Callable[[Array], Array]) -> Relative:
            return relative_to_power(xp, at_largest, value, scale, 2)

        log_g = xp.log(value) + 2.0 * xp.log(scale)
        bend = 2.0 / value / scale / scale
        log_bend = bend * ((self.epsilon / scale / scale - square - square_low) / value)
        slope = 2.0 * u / value / scale
        return positive_weights(xp, z, log_g, relative_to, slope, bend, log_bend)

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import fsum, mpf

        g = [mpf(x) ** 2 + self.epsilon for x in z]
        return [x / fsum(g) for x in g]
