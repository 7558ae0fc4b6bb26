"""Cross-entropy, -sum t log p."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from softgrad.contracts.domains import POSITIVE_PROBABILITIES, Domain
from softgrad.contracts.log_likelihood import LogLikelihood


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class CrossEntropy(LogLikelihood):
    """-sum_c t_c log p_c; on coins (sigmoid) -t log p - (1 - t) log(1 - p), summed over entries.

    psi(L) = L. With softmax its gradient by the logits is sum(t) p - t. It is infinite at p_c = 0
    with t_c > 0, so activations that give zeros (sparsemax) pair with `fenchel_young` instead.

    Source: Good 1952.
    """

    name: ClassVar[str] = "cross_entropy"
    accepts: ClassVar[tuple[Domain, ...]] = POSITIVE_PROBABILITIES
    log_score: ClassVar[bool] = True
