"""The raw scores of a trained model, native or of scikit-learn's interface.

Each raises `InputTypeError` for what another library trained.
"""

from __future__ import annotations

from typing import Any, get_args

from softgrad.boosting.point import Library
from softgrad.errors import InputTypeError


def of_xgboost(model: Any, X: Any) -> Any:
    """Of a Booster (X a DMatrix or an array) or of a scikit-learn model."""
    _check_is_of(model, "xgboost")
    is_native = not callable(getattr(model, "get_booster", None))
    if is_native and not callable(getattr(X, "get_label", None)):
        return model.inplace_predict(X, predict_type="margin")
    return model.predict(X, output_margin=True)


def of_lightgbm(model: Any, X: Any) -> Any:
    """Of a Booster or of a scikit-learn model."""
    _check_is_of(model, "lightgbm")
    return model.predict(X, raw_score=True)


def of_catboost(model: Any, X: Any) -> Any:
    """Of a classifier, a regressor or a plain CatBoost model."""
    _check_is_of(model, "catboost")
    return model.predict(X, prediction_type="RawFormulaVal")


def _check_is_of(model: Any, library: Library) -> None:
    packages = {kind.__module__.partition(".")[0] for kind in type(model).__mro__}
    is_of_another = library not in packages and not packages.isdisjoint(get_args(Library))
    if is_of_another or not callable(getattr(model, "predict", None)):
        raise InputTypeError(
            f"model is a {type(model).__module__}.{type(model).__qualname__}; expected one that "
            f"{library} trained, whose objective this is"
        )
