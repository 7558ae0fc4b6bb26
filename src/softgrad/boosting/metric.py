"""The loss itself as a metric to watch: the libraries' own do not know a custom loss."""

from __future__ import annotations

from typing import Any, ClassVar, Self, final

import numpy as np

from softgrad.boosting.described import Described
from softgrad.boosting.inputs import Batch, read_batch


class Metric:
    """The mean loss of an objective, by raw scores; lower is better.

    Attributes:
        objective: whose loss it is.
        name: how the library's log calls it.
    """

    def __init__(self, objective: Described) -> None:
        self.objective: Any = objective
        loss = getattr(objective.layer.loss, "name", "loss")
        self.name = f"{objective.layer.activation.name}-{loss}"
        self.__name__ = self.name  # what XGBoost's scikit-learn interface prints

    @final
    def __copy__(self) -> Self:
        return self

    @final
    def __deepcopy__(self, memo: Any) -> Self:
        """Itself, as its objective."""
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.objective!r})"

    def _read(self, first: Any, second: Any, sample_weight: Any) -> tuple[Any, Batch]:
        return read_batch(first, second, sample_weight, self.objective.layer.loss.target_kind)


@final
class XGBoostMetric(Metric):
    """For `custom_metric=` of xgboost.train, or `eval_metric=` of a scikit-learn model."""

    def __call__(self, first: Any, second: Any, sample_weight: Any = None) -> Any:
        """(name, value) for (scores, DMatrix); the value alone for (labels, scores, weights)."""
        scores, batch = self._read(first, second, sample_weight)
        value = self.objective.value(scores, batch.target, batch.weight)
        return (self.name, value) if scores is first else value


@final
class LightGBMMetric(Metric):
    """For `feval=` of lightgbm.train, or `eval_metric=` of a scikit-learn model's fit."""

    def __call__(
        self, first: Any, second: Any, sample_weight: Any = None
    ) -> tuple[str, float, bool]:
        """(name, value, higher is better), in both styles."""
        scores, batch = self._read(first, second, sample_weight)
        return self.name, self.objective.value(scores, batch.target, batch.weight), False


class CatBoostMetric(Metric):
    """For `eval_metric=` of CatBoost's models."""

    no_jit: ClassVar[bool] = True

    @final
    def is_max_optimal(self) -> bool:
        """False: lower is better."""
        return False

    def evaluate(self, approxes: Any, target: Any, weight: Any) -> tuple[float, float]:
        """(sum of weighted losses, sum of weights) for `approxes`, one array a class."""
        columns = [np.asarray(one, dtype=np.float64) for one in approxes]
        scores = columns[0] if len(columns) == 1 else np.stack(columns, axis=1)
        weights = np.ones(len(scores)) if weight is None else np.asarray(weight)
        total = float(weights.sum())
        return self.objective.value(scores, target, weights) * total, total

    @final
    def get_final_error(self, error: float, weight: float) -> float:
        """The mean."""
        return error / weight if weight else 0.0
