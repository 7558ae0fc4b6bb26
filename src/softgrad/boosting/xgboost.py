"""XGBoost: scores (rows, classes) in C order, float32; the objective's name stays in the params."""

from __future__ import annotations

from typing import Any, ClassVar, final

import numpy as np

from softgrad.boosting import builtin, raw_scores
from softgrad.boosting.called import CalledObjective
from softgrad.boosting.given_arrays import to_numpy
from softgrad.boosting.inputs import FlatOrder, takes_labels
from softgrad.boosting.point import Library
from softgrad.errors import ParameterError

# XGBoost refuses a base_score of 0 or 1 as a probability, also after rounding to float32.
_NEAREST = 1e-7


@final
class XGBoostObjective(CalledObjective):
    """For `xgboost.train(..., obj=...)` and `XGBClassifier(objective=...)`, also on Dask."""

    library: ClassVar[Library] = "xgboost"
    flat_order: ClassVar[FlatOrder] = "C"

    def raw_scores(self, model: Any, X: Any) -> Any:
        """Of a Booster (X a DMatrix or an array) or of a scikit-learn model."""
        return raw_scores.of_xgboost(model, X)

    def params(
        self, y: Any = None, sample_weight: Any = None, *, start: Any = None
    ) -> dict[str, Any]:
        """For `xgboost.train`: the nearest built-in objective, its parameters, base_score.

        XGBoost takes from the built-in of that name how predictions are transformed, the space
        of base_score, Poisson's bound of a step, and the refreshing of leaves of quantiles; the
        derivatives come from `obj`. Where no built-in transforms as the activation does, it is
        "reg:squarederror", with which XGBoost predicts raw scores.

        Args:
            y: labels; with a column a score they get an objective of several targets.
            sample_weight: one weight a row.
            start: raw scores to start from in place of `base_score(y, sample_weight)`: a number,
                or one a column.
        """
        labels = None if y is None else to_numpy(y)
        is_of_rows = self._is_of_rows(labels)
        found = builtin.xgboost_parameters(self.layer, self.columns, is_of_rows=is_of_rows)
        found["objective"] = _NativeName(found["objective"])
        found["disable_default_eval_metric"] = 1
        if start is not None:
            begin = np.broadcast_to(np.asarray(start, dtype=np.float64), (self.columns,))
        elif labels is not None:
            begin = self.base_score(labels, sample_weight)
        else:
            return found
        own = self._in_its_space(found["objective"], begin)
        return {**found, "base_score": own.tolist() if self.columns > 1 else float(own[0])}

    def _is_of_rows(self, labels: np.ndarray | None) -> bool:
        """Whether labels have a column a score: looked up, or else concluded from the loss."""
        if self.columns == 1:
            return False
        if labels is not None:
            return labels.ndim == 2
        return self.layer.loss.target_kind != "row" and not takes_labels(self.layer, self.columns)

    @staticmethod
    def _in_its_space(name: str, start: np.ndarray) -> np.ndarray:
        """Raw scores as the objective of that name wants its base_score."""
        if name == "binary:logistic":
            return np.clip(1.0 / (1.0 + np.exp(-start)), _NEAREST, 1.0 - _NEAREST)
        return np.exp(start) if builtin.has_log_link(name) else start


class _NativeName(str):
    """The name of a built-in objective, which is refused where it would train in our stead.

    scikit-learn's models call what can be called, and would train the built-in of a plain name.
    """

    __slots__ = ()

    def __call__(self, y: Any, scores: Any) -> Any:
        raise ParameterError(
            f"objective={str(self)!r} is for xgboost.train(params, ..., obj=obj); a scikit-learn "
            "model takes the objective itself, such as XGBClassifier(objective=obj)"
        )
