"""CatBoost: derivatives of minus the loss, row by row where a row has several classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from softgrad.boosting.curvature import find_curvature
from softgrad.boosting.inputs import FlatOrder
from softgrad.boosting.metric import CatBoostMetric
from softgrad.boosting.objective import Objective
from softgrad.boosting.point import Library, Point
from softgrad.contracts.activation import Activation
from softgrad.contracts.loss import Loss
from softgrad.errors import ParameterError, TargetError

# The shift that turns eigenvalues rounded to 0 into ones that CatBoost's Cholesky accepts.
_RIDGE = 1e-12


class CatBoostObjective(Objective):
    """For `CatBoostClassifier(loss_function=...)` and `CatBoostRegressor`."""

    library: ClassVar[Library] = "catboost"
    flat_order: ClassVar[FlatOrder] = "C"
    # CatBoost would try to compile the methods with numba, and warn that it cannot.
    no_jit: ClassVar[bool] = True

    def __init__(self, activation: str | Activation, loss: str | Loss, **options: Any) -> None:
        super().__init__(activation, loss, **options)
        if self.layer.loss.target_kind == "row" and self.columns > 1:
            raise ParameterError(
                f"{self.layer.loss!r} predicts several values of one observation, for which "
                "CatBoost has no custom objective; use library='xgboost' or 'lightgbm'"
            )

    def raw_scores(self, model: Any, X: Any) -> Any:
        """Of a classifier, a regressor or a plain CatBoost model."""
        return model.predict(X, prediction_type="RawFormulaVal")

    def params(self, y: Any = None, sample_weight: Any = None) -> dict[str, Any]:
        """For the constructor: this objective, its metric, and the classes.

        CatBoost has no parameter for a start: give `baseline` to the Pool, and base_score to
        `predict`.
        """
        found: dict[str, Any] = {"loss_function": self, "eval_metric": CatBoostMetric(self)}
        if self.columns > 1:
            found["class_names"] = list(range(self.columns))
        elif self.is_flat:
            found["leaf_estimation_method"] = "Gradient"  # Newton would divide by 0
        return found


class CatBoostClasses(CatBoostObjective):
    """Several classes: one call a row, with the full matrix."""

    def calc_ders_multi(
        self, approxes: Sequence[float], target: float, weight: float
    ) -> tuple[list[float], list[list[float]]]:
        """Minus the gradient (K) and minus the curvature (K x K) of one row, times its weight.

        As lists, which CatBoost reads several times faster than arrays.
        """
        scores = np.array(approxes, dtype=np.float64)
        label = np.asarray(self._label(target))
        point = Point(self.layer, scores, label, None, self.library)
        scale = -weight * self._weight_of(int(label))
        gradient = self.layer.gradient(scores, label)
        matrix = find_curvature(self.curvature).matrix(point)
        matrix[np.diag_indices(self.columns)] += _RIDGE
        return (scale * gradient).tolist(), (scale * matrix).tolist()

    def _label(self, target: float) -> int:
        label = int(target)
        if label != target or not 0 <= label < self.columns:
            raise TargetError(
                f"label {target:g}: expected a whole number 0..{self.columns - 1}. Give CatBoost "
                "class_names=, as params() does, and it numbers the classes itself"
            )
        return label

    def _weight_of(self, label: int) -> float:
        if self.class_weight is None:
            return 1.0
        weights = self._row_weights(np.array([label], dtype=np.int32), None)
        return 1.0 if weights is None else float(weights[0])


class CatBoostScore(CatBoostObjective):
    """One score a row: blocks of rows, with the diagonal."""

    def calc_ders_range(self, approxes: Any, targets: Any, weights: Any) -> np.ndarray:
        """Minus gradient and minus curvature of a block of rows, shape (rows, 2), weighted."""
        scores = np.asarray(approxes, dtype=np.float64)
        gradient, curvature = self.derivatives(scores, targets, weights)
        return np.stack([-gradient, -curvature], axis=1)
