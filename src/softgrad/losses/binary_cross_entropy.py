"""Binary cross-entropy of coins, with a weight of the positive side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from softgrad.contracts.domains import COINS, LOG_COINS, Domain
from softgrad.contracts.log_likelihood import LogLikelihood
from softgrad.contracts.parameters import parameter


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class BinaryCrossEntropy(LogLikelihood):
    """-sum_i (pos_weight t_i log p_i + (1 - t_i) log(1 - p_i)): each entry is a coin of its own.

    With pos_weight = 1 it is `cross_entropy` on coins. Another one stands for that many copies of
    every positive, also in soft targets, and raises p: its minimiser in the mean has the odds
    pos_weight t / (1 - t). With sigmoid the gradient is (1 + (pos_weight - 1) t) p - pos_weight t.
    Called by itself it takes the entries of a row for coins whatever the axis is.

    Args:
        pos_weight: >= 0, what heads count; tails count 1.

    Source: King and Zeng 2001 (weighted log-likelihood of rare events); PyTorch's
    BCEWithLogitsLoss(pos_weight=).
    """

    name: ClassVar[str] = "binary_cross_entropy"
    accepts: ClassVar[tuple[Domain, ...]] = (COINS, LOG_COINS)

    pos_weight: float = parameter(1.0, low=0.0, examples=(0.0, 0.3, 20.0))

    @property
    def side_weights(self) -> tuple[float, float]:
        """pos_weight and 1."""
        return self.pos_weight, 1.0
