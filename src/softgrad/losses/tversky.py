"""Tversky loss: overlap, with false positives and false negatives weighted apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.contracts.domains import Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import Side
from softgrad.contracts.overlap import Overlap, OverlapLoss
from softgrad.contracts.parameters import parameter


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Tversky(OverlapLoss):
    """1 - T / (T + alpha sum p (1 - t) + beta sum t (1 - p)) with T = t . p + smooth.

    alpha = beta = 1/2 is `dice` with twice the smoothing, alpha = beta = 1 one minus the Jaccard
    index. A ratio: bounded, improper, not convex. A row of zeros predicted as zeros counts 0.

    Args:
        alpha: >= 0, the weight of false positives.
        beta: >= 0, the weight of false negatives.
        smooth: >= 0, added to both sides of the ratio.

    Source: Tversky 1977; as a loss Salehi, Erdogmus and Gholipour 2017.
    """

    name: ClassVar[str] = "tversky"

    alpha: float = parameter(0.3, low=0.0, examples=(1.0,))
    beta: float = parameter(0.7, low=0.0, examples=(1.0,))
    smooth: float = parameter(1.0, low=0.0, examples=(0.0,))

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        pairs = list(zip(r, t, strict=True))
        hit = sum(y * p for p, y in pairs) + self.smooth
        positives = sum(p * (1 - y) for p, y in pairs)
        negatives = sum(y * (1 - p) for p, y in pairs)
        return 1 - hit / (hit + self.alpha * positives + self.beta * negatives)

    def is_flat(self, output: Domain) -> bool:
        """Of probabilities that add up to 1, where alpha + beta = 1 fixes the whole."""
        return output.kind == "simplex" and self.alpha + self.beta == 1.0

    def overlap(self, r: Forms, t: Array) -> Overlap:
        """T, M and Q of each row."""
        return Overlap.of(r, t, self.alpha, self.beta, self.smooth)
