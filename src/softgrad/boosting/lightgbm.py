"""LightGBM: scores (rows, classes) in Fortran order, float64; it starts from 0 or init_score."""

from __future__ import annotations

from typing import Any, ClassVar, final

import numpy as np

from softgrad.boosting.called import CalledObjective
from softgrad.boosting.inputs import FlatOrder, to_numpy
from softgrad.boosting.point import Library


@final
class LightGBMObjective(CalledObjective):
    """For `lightgbm.train` (params["objective"]) and `LGBMClassifier(objective=...)`."""

    library: ClassVar[Library] = "lightgbm"
    flat_order: ClassVar[FlatOrder] = "F"

    def raw_scores(self, model: Any, X: Any) -> Any:
        """Of a Booster or of a scikit-learn model."""
        return model.predict(X, raw_score=True)

    def params(self, y: Any = None, sample_weight: Any = None) -> dict[str, Any]:
        """For `lightgbm.train`: this objective and the number of its scores.

        LightGBM has no parameter for a start: give `init_score` to the Dataset, and base_score
        to `predict`.
        """
        found: dict[str, Any] = {"objective": self, "metric": "none"}
        if self.columns > 1:
            found["num_class"] = self.columns
        return found

    def init_score(self, y: Any, sample_weight: Any = None) -> np.ndarray:
        """`base_score` once a row, for `lightgbm.Dataset`: (rows, columns) or (rows,)."""
        labels = to_numpy(y)
        start = self.base_score(labels, sample_weight)
        rows = len(labels)
        return np.full(rows, start[0]) if self.columns == 1 else np.tile(start, (rows, 1))
