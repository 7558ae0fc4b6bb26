"""Log-softmax, l = z / T - log sum exp(z / T)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.activation import Activation
from softgrad.contracts.domains import LOG_SIMPLEX, Domain
from softgrad.contracts.exponential import exponential_weights
from softgrad.contracts.forms import Forms
from softgrad.contracts.normalised import normalised_forms
from softgrad.contracts.parameters import parameter
from softgrad.operators import DiagonalPlusLowRank, Pivot


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class LogSoftmax(Activation):
    """l_i = z_i / T - log sum_j exp(z_j / T), with Jacobian (I - 1 p^T) / T and p = exp(l).

    Smooth everywhere; the same for z and z + constant. For T = 1 the Jacobian J is a projection:
    J J = J. An entry -inf ("never") or masked stays -inf, and no cotangent flows through it.
    Losses of the probability of the true class meet it through p.

    Args:
        temperature: T > 0.

    Source: Blanchard, Higham and Higham 2021; here -l = log1p(sum of the smaller exponentials)
    + (max z - z) / T, two terms that are never negative, so that l near 0 keeps its digits.
    """

    name: ClassVar[str] = "log_softmax"
    domain: ClassVar[Domain] = LOG_SIMPLEX
    rowwise: ClassVar[bool] = True
    neutral: ClassVar[float] = -float("inf")
    shift_invariant: ClassVar[bool] = True
    divided_by: ClassVar[str] = "temperature"

    temperature: float = parameter(1.0, low=0.0, open_low=True, examples=(0.5, 3.0))

    def forms(self, xp: Namespace, z: Array) -> Forms:
        """The logarithm of softmax as the output, softmax itself as the probability."""
        softmax = normalised_forms(xp, z, exponential_weights(xp, z, self.temperature))
        return Forms(xp, z, softmax.log, probability=lambda: softmax)

    def natural_scale(self) -> float:
        """1 / T."""
        return 1.0 / self.temperature

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """(I - 1 exp(l)^T) / T, where the diagonal at the largest l is -expm1(l) / T."""
        scale = 1.0 / self.temperature
        probability = xp.exp(p)
        alive = xp.astype(p != -float("inf"), p.dtype)
        pivot = Pivot(probability > 0.5, -xp.expm1(p) * scale)
        return DiagonalPlusLowRank.of(alive * scale, (-alive, probability * scale), pivot=pivot)

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import exp, fsum, log

        total = log(fsum(exp(x / self.temperature) for x in z))
        return [x / self.temperature - total for x in z]
