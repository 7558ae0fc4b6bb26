"""The raw scores of a trained model, native or of scikit-learn's interface."""

from __future__ import annotations

from typing import Any


def of_xgboost(model: Any, X: Any) -> Any:
    """Of a Booster (X a DMatrix or an array) or of a scikit-learn model."""
    is_native = not callable(getattr(model, "get_booster", None))
    if is_native and not callable(getattr(X, "get_label", None)):
        return model.inplace_predict(X, predict_type="margin")
    return model.predict(X, output_margin=True)


def of_lightgbm(model: Any, X: Any) -> Any:
    """Of a Booster or of a scikit-learn model."""
    return model.predict(X, raw_score=True)
