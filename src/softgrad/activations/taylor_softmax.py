"""Taylor softmax, p = f(z) / sum f(z) with f the Taylor polynomial of exp."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.truncated_exponential import truncated_exponential
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
class TaylorSoftmax(Normalised):
    """p_i = f(z_i) / sum_j f(z_j) with f(x) = sum of x^m / m! for m = 0, ..., k, k even.

    The Jacobian is (diag(p) - p p^T) diag(a) with a = f_(k-1)(z) / f_k(z). Smooth everywhere.
    Two things differ from softmax. It is *not* invariant under z + constant, so subtracting the
    largest logit is wrong. And f has a minimum (at -1 for k = 2, -1.596 for k = 4): left of it a
    smaller logit has a larger probability, so predict with argmax p, not argmax z; at the
    minimum the derivative by that logit is 0.

    Args:
        order: k, even, from 2 to 20; for k -> inf it tends to softmax.

    Source: de Brebisson and Vincent 2016 (k = 2); Banerjee et al. 2021 (k to 10), whose training
    uses p - t in the place of a (p - t). Evaluated by Gauss-Laguerre quadrature, exact here.
    """

    name: ClassVar[str] = "taylor_softmax"
    domain: ClassVar[Domain] = SIMPLEX

    order: int = parameter(2, low=2, high=20, even=True, examples=(4, 10))

    def weigh(self, xp: Namespace, z: Array) -> Weights:
        """f(z) over its largest, f'/f and f''/f."""
        return through_float64(self._weigh, xp, z)

    def _weigh(self, xp: Namespace, z: Array) -> Weights:
        f = truncated_exponential(xp, finite_logits(xp, z), int(self.order))
        log_f = xp.log(f.value) + self.order * xp.log(f.scale)

        def relative_to(at_largest: Callable[[Array], Array]) -> Relative:
            return relative_to_power(xp, at_largest, f.value, f.scale, int(self.order))

        return positive_weights(xp, z, log_f, relative_to, f.slope, f.bend, f.log_bend)

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition, term by term."""
        from mpmath import factorial, fsum, mpf

        f = [fsum(mpf(x) ** m / factorial(m) for m in range(int(self.order) + 1)) for x in z]
        return [x / fsum(f) for x in f]
