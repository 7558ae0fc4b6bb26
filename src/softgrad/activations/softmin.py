"""Softmin, p = exp(-z / T) / sum exp(-z / T)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.special import shifted_exponentials
from softgrad.contracts.domains import SIMPLEX, Domain
from softgrad.contracts.normalised import Normalised, Weights
from softgrad.contracts.parameters import parameter
from softgrad.operators import CategoricalCovariance


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Softmin(Normalised):
    """p_i = exp(-z_i / T) / sum_j exp(-z_j / T), with Jacobian -(diag(p) - p p^T) / T.

    Softmax of -z: z are costs, or distances, and +inf is the cost of what never happens. Smooth
    everywhere; the same for z and z + constant. Its potential -T log sum exp(-z / T) is concave,
    so no Fenchel-Young loss pairs with it.

    Args:
        temperature: T > 0.

    Source: Bridle 1990, with the sign of the logits turned.
    """

    name: ClassVar[str] = "softmin"
    domain: ClassVar[Domain] = SIMPLEX
    neutral: ClassVar[float] = float("inf")
    symmetric: ClassVar[bool] = True
    shift_invariant: ClassVar[bool] = True
    divided_by: ClassVar[str] = "temperature"

    temperature: float = parameter(1.0, low=0.0, open_low=True, examples=(0.5, 3.0))

    def weigh(self, xp: Namespace, z: Array) -> Weights:
        """exp((min z - z) / T), the largest left out of the sum."""
        e = shifted_exponentials(xp, -z, self.temperature)
        a = -1.0 / self.temperature
        return Weights(e.weights, e.differences, e.rest, e.mask, a, a * a)

    def from_output(self, xp: Namespace, p: Array) -> CategoricalCovariance:
        """-(diag(p) - p p^T) / T."""
        return CategoricalCovariance.from_probabilities(xp, p, -1.0 / self.temperature)

    def natural_scale(self) -> float:
        """-1 / T."""
        return -1.0 / self.temperature

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp, fsum

        e = [exp(-x / self.temperature) for x in z]
        return [x / fsum(e) for x in e]
