"""BoostingRegressor."""

from __future__ import annotations

from typing import Any, Self, final

import numpy as np

from softgrad.boosting.own_pairs import is_twice_their_loss
from softgrad.contracts import Loss
from softgrad.sklearn.boosting.estimator import BoostingEstimator
from softgrad.sklearn.boosting.job import Rows
from softgrad.sklearn.estimator import read_weights
from softgrad.sklearn.regressor import OutputLayerRegressor
from softgrad.sklearn.value_output import read_values


@final
class BoostingRegressor(OutputLayerRegressor, BoostingEstimator):
    """Trees for any activation and any loss of values, by XGBoost, LightGBM or CatBoost.

    The squared error is halved inside, as the libraries do it, so that their penalties mean what
    they mean there; losses that are reported are whole.

    Args:
        library: "xgboost", "lightgbm" or "catboost".
        activation: an activation or its name: "identity", "exp" for rates and durations,
            "sigmoid" for shares.
        loss: a loss or its name: "squared_error", "poisson", `Quantile(tau=0.9)`,
            `MultiQuantile(tau=(0.1, 0.5, 0.9))`, "gaussian" (mean and variance), ...
        curvature: see `BoostingClassifier`, as for all that follows.
        n_estimators: how many rounds at most.
        early_stopping_rounds: after how many rounds without progress to stop.
        validation_fraction: the share of rows set aside for that.
        start: "auto", "best" or "zero".
        warm_start: whether `fit` goes on from the model.
        random_state: the library's seed, and that of the rows set aside.
        n_jobs: threads.
        verbose: 0, or a line of losses each so many rounds.
        library_parameters: any parameter of the library's native interface.

    Example:
        >>> model = BoostingRegressor("xgboost", loss="gaussian", max_depth=3)
        >>> mean, deviation = model.fit(X, y).predict(X_new, return_std=True)
    """

    def __init__(
        self,
        library: str = "xgboost",
        *,
        activation: Any = "identity",
        loss: Any = "squared_error",
        curvature: str | None = None,
        n_estimators: int = 100,
        early_stopping_rounds: int | None = None,
        validation_fraction: float = 0.1,
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
            X: as for `BoostingClassifier`.
            y: values (rows,) or (rows, outputs).
            sample_weight: one weight a row.
            eval_set: (X, y), or a list of such pairs; the last one decides when to stop.
            eval_sample_weight: the weights of its rows, or a list of such.

        Raises:
            TargetError, PairError, ParameterError, WeightError: with what to do.
        """
        inputs = self._read_both(X, y)
        weights = read_weights(sample_weight, inputs)
        rows = Rows(inputs, self._target_of(self._read_values(y)), weights)
        return self._boost(rows, eval_set, eval_sample_weight, None)

    def _validation(self, X: Any, y: Any, weights: np.ndarray | None) -> Rows:
        return Rows(X, self._target_of(read_values(y, "eval_set's y")), weights)

    def _target_of(self, values: np.ndarray) -> np.ndarray:
        return values.reshape(-1) if self.output_.columns == 1 else values

    @property
    def _trained_loss(self) -> Loss:
        return self.output_.loss if self._scale_of_loss == 1.0 else 0.5 * self.output_.loss

    @property
    def _scale_of_loss(self) -> float:
        return 2.0 if is_twice_their_loss(self.output_.activation, self.output_.loss) else 1.0
