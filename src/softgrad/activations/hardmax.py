"""Hardmax, one-hot of the argmax, with the derivative of softmax in the place of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.places import first_largest
from softgrad.contracts.activation import Activation
from softgrad.contracts.domains import SPARSE_SIMPLEX, Domain
from softgrad.contracts.exponential import exponential_weights
from softgrad.contracts.forms import Form, Forms
from softgrad.contracts.normalised import normalised_forms


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Hardmax(Activation):
    """p = e_k with k = argmax z, ties to the lowest index.

    Its derivative is 0 wherever it exists, which teaches nothing. Jacobian and curvature here are
    those of softmax(z), the straight-through estimator: a surrogate and no derivative of p, so
    `derivative_is_exact` is False.

    Source: Bengio, Leonard and Courville 2013 for straight-through.
    """

    name: ClassVar[str] = "hardmax"
    domain: ClassVar[Domain] = SPARSE_SIMPLEX
    rowwise: ClassVar[bool] = True
    neutral: ClassVar[float] = -float("inf")
    symmetric: ClassVar[bool] = True
    shift_invariant: ClassVar[bool] = True
    derivative_is_exact: ClassVar[bool] = False

    def forms(self, xp: Namespace, z: Array) -> Forms:
        """The one-hot row, its complement and its logarithm, with softmax's derivatives."""
        w = exponential_weights(xp, z)
        soft = normalised_forms(xp, z, w)
        # 0 * weights keeps NaN; in a row of only -inf no weight is positive.
        one_hot = xp.astype(first_largest(xp, z) & w.mask, z.dtype) + 0.0 * w.weights
        complement = xp.where(one_hot == 1.0, xp.zeros_like(one_hot), 1.0 + 0.0 * one_hot)
        return Forms(
            xp,
            z,
            Form(one_hot, soft.output.jacobian, soft.output.curvature),
            complement=lambda: complement,
            log=lambda: Form(xp.log(one_hot), soft.log.jacobian, soft.log.curvature),
        )

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import mpf

        largest = list(z).index(max(z))
        return [mpf(int(i == largest)) for i in range(len(z))]
