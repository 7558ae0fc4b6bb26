"""Dice loss: one minus the soft overlap of prediction and target."""

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
class Dice(OverlapLoss):
    """1 - (2 t . p + smooth) / (sum p + sum t + smooth), over the class axis.

    Of a row of coins (a mask of pixels as the class axis, or several axes) the usual soft Dice
    loss of segmentation. A ratio: bounded, improper, quasi-convex and not convex. A row of
    zeros predicted as zeros counts 0, also without smoothing.

    Args:
        smooth: >= 0, added to both sides of the ratio.

    Source: Milletari, Navab and Ahmadi 2016, with sum p in place of sum p^2.
    """

    name: ClassVar[str] = "dice"

    smooth: float = parameter(1.0, low=0.0, examples=(0.0, 1e-3))

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        overlap = 2 * sum(y * p for p, y in zip(r, t, strict=True)) + self.smooth
        return 1 - overlap / (sum(r) + sum(t) + self.smooth)

    def is_flat(self, output: Domain) -> bool:
        """Of probabilities that add up to 1, where the whole is fixed."""
        return output.kind == "simplex"

    def overlap(self, r: Forms, t: Array) -> Overlap:
        """T, M and Q of each row."""
        return Overlap.of(r, t, 0.5, 0.5, 0.5 * self.smooth)
