"""Softmax, p = exp(z / T) / sum exp(z / T)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.special import shifted_exponentials
from softgrad.contracts.domains import SIMPLEX, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.normalised import Normalised, Weights
from softgrad.contracts.parameters import parameter
from softgrad.contracts.relative_entropy import log_sum_excess
from softgrad.operators import CategoricalCovariance


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Softmax(Normalised):
    """p_i = exp(z_i / T) / sum_j exp(z_j / T), with Jacobian (diag(p) - p p^T) / T.

    Smooth everywhere; the same for z and z + constant. It is the gradient of the convex
    potential T log sum exp(z / T), so `fenchel_young` pairs with it as T KL(t || p).

    Args:
        temperature: T > 0; small T sharpens, large T flattens.

    Source: Bridle 1990; evaluation after Blanchard, Higham and Higham 2021, with the rounding
    error of z - max kept.
    """

    name: ClassVar[str] = "softmax"
    domain: ClassVar[Domain] = SIMPLEX
    symmetric: ClassVar[bool] = True
    shift_invariant: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True
    divided_by: ClassVar[str] = "temperature"

    temperature: float = parameter(1.0, low=0.0, open_low=True, examples=(0.5, 3.0))

    def weigh(self, xp: Namespace, z: Array) -> Weights:
        """exp((z - max z) / T), the largest left out of the sum."""
        e = shifted_exponentials(xp, z, self.temperature)
        a = 1.0 / self.temperature
        return Weights(e.weights, e.differences, e.rest, e.mask, a, a * a)

    def row_excess(self, forms: Forms, t: Array) -> Array:
        """T (logsumexp(z / T) + sum t log t) - t.z, which is T KL(t || p) where t sums to 1."""
        return self.temperature * log_sum_excess(forms, t, self.temperature)

    def natural_scale(self) -> float:
        """1 / T."""
        return 1.0 / self.temperature

    def from_output(self, xp: Namespace, p: Array) -> CategoricalCovariance:
        """(diag(p) - p p^T) / T."""
        return CategoricalCovariance.from_probabilities(xp, p, 1.0 / self.temperature)

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp, fsum

        e = [exp(x / self.temperature) for x in z]
        return [x / fsum(e) for x in e]
