"""predict and score, from scores of values."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_is_fitted

from softgrad.boosting.start import best_constant
from softgrad.layer import OutputLayer
from softgrad.sklearn.estimator import OutputLayerEstimator, read_weights
from softgrad.sklearn.value_output import ValueOutput, read_values, value_output


class OutputLayerRegressor(RegressorMixin, OutputLayerEstimator):
    """A regressor over the scores of a subclass.

    Attributes:
        output_: what scores mean.
    """

    activation: Any
    loss: Any
    output_: ValueOutput

    def predict(self, X: Any, *, return_std: bool = False) -> Any:
        """The value of each row, (rows,) or (rows, outputs).

        Args:
            X: inputs.
            return_std: whether to give (mean, standard deviation); of losses that predict a
                distribution (gaussian).

        Returns:
            Of `multi_quantile` a column a level, ascending in each row.
        """
        check_is_fitted(self, "output_")
        scores = self._scores_of(X)
        if return_std:
            return self.output_.mean_and_deviation(scores)
        return self.output_.predictions(scores)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R² of the values; of several quantiles D², the share of the loss that is explained.

        D² is 1 - loss / (loss of the best constant), as in `sklearn.metrics.d2_pinball_score`.
        """
        check_is_fitted(self, "output_")
        if self.output_.is_point:
            return super().score(X, y, sample_weight)
        scores, target = self._scores_of(X), read_values(y)
        weights = read_weights(sample_weight, target)
        axis = () if self.output_.columns == 1 else -1
        layer = OutputLayer(self.output_.activation, self.output_.loss, axis=axis)
        constant = best_constant(layer, target, weights, self.output_.columns)

        def loss(z: np.ndarray) -> float:
            return float(layer.value(z, target, sample_weight=weights, reduction="mean"))

        worst = loss(np.broadcast_to(constant, scores.shape).copy())
        return 1.0 - loss(scores) / worst if worst > 0.0 else 0.0

    def _read_values(self, y: Any) -> np.ndarray:
        """The values of the training data; sets `output_`."""
        values = read_values(y)
        self.output_ = value_output(self.activation, self.loss, values)
        return values

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
