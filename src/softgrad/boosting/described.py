"""What objectives of rows and of groups have in common: what they are, say, and hand over."""

from __future__ import annotations

from typing import Any, ClassVar, Self, final

import numpy as np

from softgrad.boosting.builtin import floor
from softgrad.boosting.curvature import Curvature
from softgrad.boosting.point import Library
from softgrad.layer import OutputLayer


class Described:
    """An output layer with a curvature, for a library.

    Attributes:
        library: which library calls it.
        layer: activation and loss.
        curvature: the name of what stands for the second derivative.
    """

    library: ClassVar[Library]
    layer: OutputLayer
    curvature: str

    @final
    def explain(self) -> str:
        """What computes the derivatives: see `OutputLayer.explain`."""
        return f"{self.layer.explain()}; curvature {self.curvature!r} for {self.library}"

    @final
    def __copy__(self) -> Self:
        return self

    @final
    def __deepcopy__(self, memo: Any) -> Self:
        """Itself: it is never changed, and `sklearn.base.clone` wants what a copy gives back."""
        return self

    @final
    def _lift(self, bends: np.ndarray, lowest: float, curvature: Curvature) -> None:
        """No curvature below what the library itself would pass on, in place."""
        least = floor(self.library)
        if lowest < least and not curvature.may_be_negative:
            np.maximum(bends, least, out=bends)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.layer.activation!r}, {self.layer.loss!r}, "
            f"curvature={self.curvature!r})"
        )
