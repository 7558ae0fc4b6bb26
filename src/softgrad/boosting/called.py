"""Objectives that a library calls with all rows at once: XGBoost and LightGBM."""

from __future__ import annotations

from typing import Any, final

import numpy as np

from softgrad.boosting.inputs import Batch, read_batch
from softgrad.boosting.objective import Objective

#: What both libraries keep derivatives in: anything else they would convert, in a copy.
_STORED = np.float32


class CalledObjective(Objective):
    """Callable in both styles, told apart by whether the second argument is a data set."""

    # XGBoost passes weights to a parameter of exactly this name, LightGBM to a third one.
    def __call__(
        self, first: Any, second: Any, sample_weight: Any = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Native (scores, data set), or scikit-learn's (labels, scores, sample_weight).

        Returns:
            Gradient and curvature in float32, as `derivatives`: multiplied by the weights, which
            neither library does by itself. They are worked out in the dtype of the scores:
            XGBoost's are float32, LightGBM's float64, where rounding first would flip splits
            that are nearly tied. Of absolute errors and quantiles with the curvature "auto" both
            are multiplied by the mean distance of scores and targets: the step is the same, and
            what is weighed against a sum of curvatures (lambda, min_child_weight) means the same
            whatever the unit of the target is.
        """
        scores, batch = read_batch(first, second, sample_weight, self.layer.loss.target_kind)
        given = np.asarray(scores)
        if given.dtype == np.float16:
            given = given.astype(_STORED)
        gradient, curvature = self.handed_over(given, batch.target, batch.weight)
        return self._stored(gradient), self._stored(curvature)

    @final
    def with_loss(self, scores: np.ndarray, rows: Batch) -> tuple[np.ndarray, np.ndarray, float]:
        """What a call gives, and the mean loss at these scores, in one pass over the rows.

        Args:
            scores: as the library hands them over.
            rows: as `read_rows` gave them, which are not looked at again.
        """
        point = self._at_rows(scores, rows, has_loss=True)
        gradient, curvature = self._handed_over_at(point, scores.shape)
        return self._stored(gradient), self._stored(curvature), point.loss

    @final
    def loss_of(self, scores: np.ndarray, rows: Batch) -> float:
        """As `value`, of rows that were read."""
        return self._at_rows(scores, rows).loss

    def _stored(self, exact: np.ndarray) -> np.ndarray:
        if exact.dtype == _STORED:
            return exact
        result = self._memory.empty_like(exact, _STORED)
        result[...] = exact
        return result
