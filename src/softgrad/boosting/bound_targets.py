"""Bounds of times where a library keeps one label a row: held here, by their row numbers."""

from __future__ import annotations

from typing import Any, Self, final

import numpy as np

from softgrad.boosting.inputs import read_target
from softgrad.boosting.times import read_bounds
from softgrad.errors import ParameterError, TargetError
from softgrad.layer import OutputLayer

# Labels are kept in float32, which has every whole number up to here.
_MOST = 1 << 24


class TargetReader:
    """Base of objectives: reads labels, or looks up what was bound.

    Attributes:
        layer: activation and loss.
        columns: how many raw scores a row has.
    """

    layer: OutputLayer
    columns: int
    _bounds: np.ndarray | None = None

    @final
    def bind(self, bounds: Any) -> Self:
        """This objective for labels that are row numbers of these bounds.

        LightGBM and CatBoost keep one label a row: give them `np.arange(len(bounds))` in the place
        of labels, or in training and validation the numbers of those rows.

        Args:
            bounds: (rows, 2), or signed times (rows,), of a loss of bounds.

        Raises:
            ParameterError: the loss takes no bounds, or there are more than 2^24 rows, whose
                numbers float32 labels do not tell apart.
            TargetError: bounds that cross.
        """
        if self.layer.loss.target_kind != "bounds":
            raise ParameterError(f"{self.layer.loss!r} takes no bounds, so that none can be bound")
        found = read_bounds(np.asarray(bounds))
        if len(found) > _MOST:
            raise ParameterError(f"bounds has {len(found)} rows; expected at most {_MOST}")
        made = object.__new__(type(self))
        vars(made).update(vars(self), _bounds=found)
        return made

    @final
    def _target(self, y: Any) -> np.ndarray:
        """Labels in the form that the layer takes."""
        if self._bounds is None:
            return read_target(y, self.layer, self.columns)
        rows = np.asarray(y).reshape(-1)
        if not (np.isin(rows, np.arange(len(self._bounds)))).all():
            raise TargetError(
                f"labels are no row numbers of the {len(self._bounds)} bounds that this objective "
                f"was bound to; expected whole numbers 0..{len(self._bounds) - 1}"
            )
        return self._bounds[rows.astype(np.int64)]
