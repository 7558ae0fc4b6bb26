"""BoostingRegressor."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, ClassVar, Self, cast, final

import numpy as np

from softgrad.boosting import Objective
from softgrad.boosting.own_pairs import is_own, is_twice_their_loss
from softgrad.boosting.start import mean_and_deviation
from softgrad.contracts import Loss, RowLoss
from softgrad.contracts.facts import ChangeOfUnits
from softgrad.contracts.pair_facts import only_term
from softgrad.files.schema import Reading, misfit, number, optional
from softgrad.sklearn.boosting.estimator import BoostingEstimator
from softgrad.sklearn.estimator import read_weights
from softgrad.sklearn.regressor import OutputLayerRegressor
from softgrad.sklearn.rows import Rows
from softgrad.sklearn.value_output import read_values


def _read_units(value: Any, where: str) -> tuple[float, float]:
    if not isinstance(value, tuple) or len(cast("tuple[Any, ...]", value)) != 2:
        misfit(value, where, "a pair of numbers")
    scale, shift = cast("tuple[Any, Any]", value)
    return number(low=0.0)(scale, where), number()(shift, where)


@final
class BoostingRegressor(OutputLayerRegressor, BoostingEstimator):
    """Trees for any activation and any loss of values, by XGBoost, LightGBM or CatBoost.

    The squared error is halved inside, as the libraries do it, so that their penalties mean what
    they mean there; of quantiles, absolute errors, Huber's and `gaussian` the values are brought
    to mean 0 and deviation 1, so that penalties do not hang on their units. Losses and predictions
    that are reported are of y as it is.

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

    Attributes:
        units_: (deviation, mean) of y that were taken out, or None.

    Example:
        >>> model = BoostingRegressor("xgboost", loss="gaussian", max_depth=3)
        >>> mean, deviation = model.fit(X, y).predict(X_new, return_std=True)
    """

    _kept: ClassVar[Mapping[str, Reading]] = {
        **BoostingEstimator._kept,
        "units_": optional(_read_units),
    }

    units_: tuple[float, float] | None

    def __init__(
        self,
        library: str = "lightgbm",
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
        values = self._read_values(y)
        self.units_ = self._units_of(values, weights)
        rows = Rows(inputs, self._target_of(values), weights)
        return self._boost(rows, eval_set, eval_sample_weight, None)

    def _validation(self, X: Any, y: Any, weights: np.ndarray | None) -> Rows:
        return Rows(X, self._target_of(read_values(y, "eval_set's y")), weights)

    def _target_of(self, values: np.ndarray) -> np.ndarray:
        if self.units_ is not None:
            scale, shift = self.units_
            values = (values - shift) / scale
        return values.reshape(-1) if self.output_.columns == 1 else values

    def _objective_of(self) -> Objective:
        with warnings.catch_warnings():
            if self.units_ is not None:  # where a step of 1 is as long as the target is spread
                warnings.filterwarnings("ignore", "CatBoost hands rows of several scores over")
            return super()._objective_of()

    def _scores(self, X: Any) -> np.ndarray:
        scores, change = super()._scores(X), self._change
        return scores if change is None else change.prediction(scores)

    def _units_of(
        self, values: np.ndarray, weights: np.ndarray | None
    ) -> tuple[float, float] | None:
        """Of a loss that is the same in all units: penalties of leaves and of splits are not."""
        if self.warm_start and hasattr(self, "model_"):
            return self.units_
        term = only_term(self.output_.loss)
        activation, loss = self.output_.activation, self.output_.loss
        is_as_it_is = activation.link == "identity" and values.ndim == 1
        if term is None or not is_as_it_is or term.change_of_units(1.0, 0.0) is None:
            return None
        if is_own(activation, loss, self.library):  # which is to be the library's own model
            return None
        mean, deviation = mean_and_deviation(values, weights)
        shift = 0.0 if self.start == "zero" else mean
        return (deviation, shift) if deviation > 0.0 else None

    @property
    def _change(self) -> ChangeOfUnits | None:
        return None if self.units_ is None else self._term.change_of_units(*self.units_)

    @property
    def _term(self) -> RowLoss:
        return self.output_.loss.terms[0][1]

    @property
    def _weight(self) -> float:
        return self.output_.loss.terms[0][0]

    @property
    def _trained_loss(self) -> Loss:
        change = self._change
        if change is not None:
            return change.loss if self._weight == 1.0 else self._weight * change.loss
        return 0.5 * self.output_.loss if self._is_halved else self.output_.loss

    @property
    def _loss_by_trained(self) -> tuple[float, float]:
        change = self._change
        if change is not None:
            return change.factor, self._weight * change.offset
        return (2.0, 0.0) if self._is_halved else (1.0, 0.0)

    @property
    def _is_halved(self) -> bool:
        return is_twice_their_loss(self.output_.activation, self.output_.loss)
