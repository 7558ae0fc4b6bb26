"""alpha-entmax: softmax at alpha = 1, sparsemax at alpha = 2, and what lies between and beyond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.activation import Activation
from softgrad.contracts.domains import SPARSE_SIMPLEX, Domain
from softgrad.contracts.exponential import exponential_weights
from softgrad.contracts.forms import Forms
from softgrad.contracts.normalised import normalised_forms
from softgrad.contracts.parameters import parameter
from softgrad.contracts.relative_entropy import log_sum_excess
from softgrad.contracts.sparse import sparse_forms, sparse_jacobian
from softgrad.contracts.sparse_alpha import sparse_by_alpha
from softgrad.operators import CategoricalCovariance, DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Entmax(Activation):
    """p_i = [1 + (a - 1)(z_i - l)]_+^(1 / (a - 1)) with l such that they sum to 1.

    The Jacobian is diag(s) - s s^T / sum(s) with s = p^(2 - a) on the support {p > 0}. For a > 1
    small logits get exactly 0; where an entry enters the support, derivatives are those of
    {p > 0}: continuous for a < 2, with jumps from 2 on; beyond 2 unbounded where two p are small.
    The same for z and z + constant. It is the gradient of a convex potential; `fenchel_young`
    pairs with it, and is 0 where the true logit leads by at least 1 / (a - 1).

    Args:
        alpha: a >= 1. Solved in closed form at 1.5 and 2; at 1 it is softmax.

    Accuracy: p_i within 2 ULP at 1, 1.5 and 2, however small; elsewhere within 4 ULP times
    1 + w_i q / p_i, with w = s / sum(s) and q = 1 - max p where that is below 1/2, else 1: what one
    rounding of the row's sum moves. For a > 2 that decides whether an entry with p_i near
    2^-53 q is in the support, and so J, which is right to |2 - a| times the largest of a row.

    Source: Peters, Niculae and Martins 2019; Blondel, Martins and Niculae 2020.
    """

    name: ClassVar[str] = "entmax"
    domain: ClassVar[Domain] = SPARSE_SIMPLEX
    rowwise: ClassVar[bool] = True
    neutral: ClassVar[float] = -float("inf")
    symmetric: ClassVar[bool] = True
    shift_invariant: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True
    takes_many_steps: ClassVar[bool] = True
    differentiable_by: ClassVar[tuple[str, ...]] = ("alpha",)

    alpha: float = parameter(1.5, low=1.0, high=100.0, examples=(1.0, 1.25, 2.0, 2.5, 3.0))

    def is_piecewise_linear(self) -> bool:
        """At 2, where it is sparsemax."""
        return self.alpha == 2.0

    def natural_scale(self) -> float | None:
        """1 at 1, where it is softmax."""
        return 1.0 if self.alpha == 1.0 else None

    def forms(self, xp: Namespace, z: Array) -> Forms:
        """Softmax's at 1, those of the sparse family above."""
        if self.alpha > 1.0:
            return sparse_forms(xp, z, float(self.alpha))
        return normalised_forms(xp, z, exponential_weights(xp, z), log_sum_excess)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """diag(s) - s s^T / sum(s)."""
        if self.alpha > 1.0:
            return sparse_jacobian(xp, p, float(self.alpha))
        return CategoricalCovariance.from_probabilities(xp, p)

    def output_by_parameter(self, xp: Namespace, p: Array, name: str) -> Array:
        """By alpha: Correia, Niculae and Martins 2019, proposition 1, without its differences."""
        if name != "alpha":
            return super().output_by_parameter(xp, p, name)
        return sparse_by_alpha(xp, p, float(self.alpha))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition, by bisections: of the sorted logits, then of the smallest p > 0."""
        from mpmath import exp, fsum, mp, mpf

        falling = sorted((mpf(x) for x in z), reverse=True)
        if self.alpha == 1.0:
            e = [exp(x - falling[0]) for x in z]
            return [x / fsum(e) for x in e]
        rate = mpf(self.alpha) - 1

        def probabilities(lowest: Any, least: Any) -> list[Any]:
            """With `least` for the logit `lowest`, and 0 below it."""
            height, r = least**rate, 1 / rate
            return [
                (rate * (x - lowest) + height) ** r if x > lowest else least * (x == lowest)
                for x in z
            ]

        # An entry is in the support if with the cut at it the others add up to less than 1.
        inside, outside = 0, len(falling)
        while outside - inside > 1:
            middle = (inside + outside) // 2
            belongs = fsum(probabilities(falling[middle], mpf(0))) < 1
            inside, outside = (middle, outside) if belongs else (inside, middle)
        lowest = falling[inside]

        def excess(least: Any) -> Any:
            return fsum(probabilities(lowest, least)) - 1

        # Its p is at most one share. Secants within a bracket whose ends both move (Illinois).
        low, high = mpf(0), mpf(1) / (inside + 1)
        below, above = mpf(-1), excess(high)
        while above > mpf(2) ** (6 - mp.prec) and high - low > high * mpf(2) ** (6 - mp.prec):
            least = (low * above - high * below) / (above - below)
            if not low < least < high:
                least = (low + high) / 2
            found = excess(least)
            if found > 0:
                high, above, below = least, found, below / 2
            else:
                low, below, above = least, found, above / 2
        return probabilities(lowest, high)
