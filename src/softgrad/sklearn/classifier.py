"""predict, predict_proba and decision_function, from scores."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from softgrad.errors import PairError
from softgrad.sklearn.class_output import ClassOutput, class_output
from softgrad.sklearn.class_targets import read_classes
from softgrad.sklearn.estimator import OutputLayerEstimator
from softgrad.sklearn.rows import Rows


def _has_probabilities(estimator: Any) -> bool:
    output: ClassOutput | None = getattr(estimator, "output_", None)
    if output is not None and output.tells == "scores":
        raise PairError(f"{output.activation!r} gives scores, not probabilities: use predict")
    return True


class OutputLayerClassifier(ClassifierMixin, OutputLayerEstimator):
    """A classifier over the scores of a subclass.

    Attributes:
        output_: what scores mean.
        classes_: the labels of the training data, in sorted order.
    """

    activation: Any
    loss: Any
    class_weight: Any
    output_: ClassOutput

    @property
    def classes_(self) -> np.ndarray:
        """The labels of the training data, in sorted order."""
        check_is_fitted(self, "output_")
        return self.output_.classes.names

    def predict(self, X: Any) -> np.ndarray:
        """The likeliest label of each row; 0 and 1 for each class where y had several columns."""
        return self.output_of_fit().predictions(self._scores_of(X))

    @available_if(_has_probabilities)
    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each class, (rows, classes), in the order of `classes_`."""
        return self.output_of_fit().probabilities(self._scores_of(X))

    @available_if(_has_probabilities)
    def predict_log_proba(self, X: Any) -> np.ndarray:
        """The logarithms of `predict_proba`."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def decision_function(self, X: Any) -> np.ndarray:
        """Larger where a class is likelier: (rows,) for two classes, else (rows, classes)."""
        return self.output_of_fit().decisions(self._scores_of(X))

    def output_of_fit(self) -> ClassOutput:
        """What scores mean.

        Raises:
            sklearn.exceptions.NotFittedError: before `fit`.
        """
        check_is_fitted(self, "output_")
        return self.output_

    def _read_classes(
        self, y: Any, weights: np.ndarray | None, *, names: Any = None
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Codes and row weights of the training data; sets `output_`."""
        classes, codes = read_classes(y, names=names)
        self.output_ = class_output(self.activation, self.loss, classes, codes)
        self._class_weights = classes.weights(self.class_weight, y)
        return codes, self._weigh(codes, weights)

    def _weigh(self, codes: np.ndarray, weights: np.ndarray | None) -> np.ndarray | None:
        """Row weights times those of classes, which are those of the training data."""
        if self._class_weights is None:
            return weights
        own = self._class_weights[codes]
        return own if weights is None else own * weights

    def _validation(self, X: Any, y: Any, weights: np.ndarray | None) -> Rows:
        """Rows of an eval_set, whose inputs and weights were read."""
        codes = self.output_.classes.encode(y, "eval_set's y")
        return Rows(X, self._target_of(codes), self._weigh(codes, weights))

    def _target_of(self, codes: np.ndarray) -> np.ndarray:
        """Codes as a model takes them: of one score a row they are the share of a side."""
        return codes.astype(np.float64) if codes.ndim == 1 and self.output_.columns == 1 else codes

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
