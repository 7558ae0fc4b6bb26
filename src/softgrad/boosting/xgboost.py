"""XGBoost: scores (rows, classes) in C order, float32; the objective's name stays in the params."""

from __future__ import annotations

from typing import Any, ClassVar, final

import numpy as np

from softgrad.boosting import builtin
from softgrad.boosting.called import CalledObjective
from softgrad.boosting.inputs import FlatOrder
from softgrad.boosting.point import Library

# XGBoost refuses a base_score of 0 or 1 as a probability, also after rounding to float32.
_NEAREST = 1e-7


@final
class XGBoostObjective(CalledObjective):
    """For `xgboost.train(..., obj=...)` and `XGBClassifier(objective=...)`, also on Dask."""

    library: ClassVar[Library] = "xgboost"
    flat_order: ClassVar[FlatOrder] = "C"

    def raw_scores(self, model: Any, X: Any) -> Any:
        """Of a Booster (X a DMatrix or an array) or of a scikit-learn model."""
        is_native = not callable(getattr(model, "get_booster", None))
        if is_native and not callable(getattr(X, "get_label", None)):
            return model.inplace_predict(X, predict_type="margin")
        return model.predict(X, output_margin=True)

    def params(self, y: Any = None, sample_weight: Any = None) -> dict[str, Any]:
        """For `xgboost.train`: the nearest built-in objective, its parameters, base_score.

        XGBoost takes from the built-in of that name how predictions are transformed, the space
        of base_score, Poisson's bound of a step, and the refreshing of leaves of quantiles; the
        derivatives come from `obj`.
        """
        found = builtin.xgboost_parameters(self.layer, self.columns)
        found["disable_default_eval_metric"] = 1
        if y is None:
            return found
        start = self.base_score(y, sample_weight)
        if self.columns > 1:
            found["base_score"] = start.tolist()
        elif found["objective"] == "binary:logistic":
            chance = 1.0 / (1.0 + np.exp(-start[0]))
            found["base_score"] = float(np.clip(chance, _NEAREST, 1.0 - _NEAREST))
        else:
            is_mean = builtin.has_log_link(found)
            found["base_score"] = float(np.exp(start[0]) if is_mean else start[0])
        return found
