"""LightGBM: scores (rows, classes) in Fortran order, float64; it starts from 0 or init_score."""

from __future__ import annotations

from typing import Any, ClassVar, final

import numpy as np

from softgrad.boosting import raw_scores
from softgrad.boosting.called import CalledObjective
from softgrad.boosting.given_arrays import to_numpy
from softgrad.boosting.inputs import FlatOrder
from softgrad.boosting.lightgbm_settings import check_settings
from softgrad.boosting.point import Library


@final
class LightGBMObjective(CalledObjective):
    """For `lightgbm.train(obj.params(), ...)` and `LGBMClassifier(**obj.params(), ...)`."""

    library: ClassVar[Library] = "lightgbm"
    flat_order: ClassVar[FlatOrder] = "F"

    def __call__(
        self, first: Any, second: Any, sample_weight: Any = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """As every called objective; looks first at what LightGBM was told beside it.

        Raises:
            ParameterError: scale_pos_weight or is_unbalance is set, which would be ignored.

        Warns:
            UserWarning: LightGBM watches a metric that takes raw scores for predictions.
        """
        check_settings(takes_raw_scores=self.layer.activation.link == "identity")
        return super().__call__(first, second, sample_weight)

    def raw_scores(self, model: Any, X: Any) -> Any:
        """Of a Booster or of a scikit-learn model."""
        return raw_scores.of_lightgbm(model, X)

    def params(self, y: Any = None, sample_weight: Any = None) -> dict[str, Any]:
        """For `lightgbm.train` and scikit-learn's models: this objective, the number of its scores.

        And no metric but those that are given: LightGBM's own would take raw scores for
        predictions, and scikit-learn's models watch one where none is turned off.

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
