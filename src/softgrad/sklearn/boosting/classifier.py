"""BoostingClassifier."""

from __future__ import annotations

from typing import Any, Self, final

import numpy as np

from softgrad.errors import ParameterError
from softgrad.sklearn.boosting.estimator import BoostingEstimator
from softgrad.sklearn.classifier import OutputLayerClassifier
from softgrad.sklearn.estimator import read_weights
from softgrad.sklearn.rows import Rows


@final
class BoostingClassifier(OutputLayerClassifier, BoostingEstimator):
    """Trees for any activation and any loss of classes, by XGBoost, LightGBM or CatBoost.

    Metric, start, labels, classes, weights and predictions are those of the loss: early stopping
    looks at the loss itself, and `predict_proba` is the activation of the raw scores.

    Args:
        library: "xgboost", "lightgbm" or "catboost". XGBoost's scores are of float32: there a row
            of weight 2 and two rows give models that are equal to 1e-7 alone.
        activation: an activation or its name; "auto": what fits the loss, sigmoid for two classes
            and for several labels a row, else softmax.
        loss: a loss or its name.
        curvature: what stands for the second derivative, a key of `softgrad.boosting.CURVATURES`.
            None: the library's own where it has the pair itself, so that models are the same; else
            "auto".
        n_estimators: how many rounds at most.
        early_stopping_rounds: stop after so many rounds in which the loss of the last set of
            validation rows did not fall, and keep the best rounds; None trains all.
        validation_fraction: the share of rows set aside for that where `fit` gets no eval_set.
        class_weight: {label: weight}, or "balanced"; times sample weights.
        label_smoothing: e in [0, 1): targets become (1 - e) t + e / classes.
        start: "best", from the constant scores that minimise the loss; "zero"; or "auto": from 0
            for cross-entropy in CatBoost, which does so itself, else "best".
        warm_start: whether `fit` goes on from the model, to n_estimators rounds in all.
        random_state: the library's seed, and that of the rows set aside.
        n_jobs: threads; None leaves it to the library.
        verbose: 0, or a line of losses each so many rounds.
        library_parameters: any parameter of the library's native interface, under its own name or
            an alias of it: max_depth, learning_rate, reg_lambda, num_leaves, ...

    Attributes:
        classes_: the labels, in sorted order.

    Example:
        >>> model = BoostingClassifier("xgboost", loss="focal", early_stopping_rounds=10)
        >>> model.fit(X, y).predict_proba(X_new)
    """

    _lacks_a_class: bool = False

    def __init__(
        self,
        library: str = "lightgbm",
        *,
        activation: Any = "auto",
        loss: Any = "cross_entropy",
        curvature: str | None = None,
        n_estimators: int = 100,
        early_stopping_rounds: int | None = None,
        validation_fraction: float = 0.1,
        class_weight: Any = None,
        label_smoothing: float = 0.0,
        start: str = "auto",
        warm_start: bool = False,
        random_state: Any = None,
        n_jobs: int | None = None,
        verbose: int = 0,
        **library_parameters: Any,
    ) -> None:
        self.library = library
        self.activation = activation
        self.loss = loss
        self.curvature = curvature
        self.n_estimators = n_estimators
        self.early_stopping_rounds = early_stopping_rounds
        self.validation_fraction = validation_fraction
        self.class_weight = class_weight
        self.label_smoothing = label_smoothing
        self.start = start
        self.warm_start = warm_start
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose
        if library_parameters:
            self._library_parameters = library_parameters

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        eval_set: Any = None,
        eval_sample_weight: Any = None,
    ) -> Self:
        """Train.

        Args:
            X: (rows, features): an array, sparse matrix, or data frame; NaN is missing. Columns of
                a pandas data frame that hold no numbers are categories.
            y: labels (rows,) of any kind; 0 and 1 for each class (rows, classes), where a row may
                be of several; or shares of the classes.
            sample_weight: one weight a row.
            eval_set: (X, y), or a list of such pairs, whose losses are measured each round; the
                last one decides when to stop.
            eval_sample_weight: the weights of its rows, or a list of such.

        Raises:
            TargetError, PairError, ParameterError, WeightError: with what to do.
        """
        inputs = self._read_both(X, y)
        weights = read_weights(sample_weight, inputs)
        before = self._classes_to_keep()
        codes, weights = self._read_classes(y, weights, names=before)
        labels = codes if self.output_.classes.kind == "labels" else None
        counted = codes if weights is None else codes[weights > 0.0]
        self._lacks_a_class = labels is not None and len(np.unique(counted)) < len(self.classes_)
        rows = Rows(inputs, self._target_of(codes), weights)
        return self._boost(rows, eval_set, eval_sample_weight, labels)

    def _classes_to_keep(self) -> np.ndarray | None:
        """Those of the model that training goes on from."""
        if not self.warm_start or not hasattr(self, "model_"):
            return None
        return self.classes_ if self.output_.classes.kind == "labels" else None

    @property
    def _has_rows_of_targets(self) -> bool:
        # CatBoost hands one score for two labels, whatever the objective wants.
        columns = self.output_.columns
        is_of_labels = self.output_.classes.kind == "labels"
        return columns == 2 or (columns > 1 and (not is_of_labels or self._lacks_a_class))

    @property
    def _label_smoothing(self) -> float:
        if not 0.0 <= self.label_smoothing < 1.0:
            raise ParameterError(f"label_smoothing is {self.label_smoothing!r}; expected [0, 1)")
        return self.label_smoothing
