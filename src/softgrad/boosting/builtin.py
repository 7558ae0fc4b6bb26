"""What each library does itself for the losses that it has, so that an objective can do the same.

Measured against XGBoost 3.2, LightGBM 4.7 and CatBoost 1.2: tests/boosting compares the models.
"""

from __future__ import annotations

from math import exp
from typing import Any, cast

import numpy as np

from softgrad.boosting.point import Library, Point
from softgrad.layer import OutputLayer

#: Below this XGBoost lets no second derivative fall (kRtEps in its objectives).
XGBOOST_FLOOR = 1e-16
# Both multiply Poisson's second derivative by exp(max_delta_step), 0.7 unless told otherwise.
_POISSON = exp(0.7)
_ONE_CLASS = ("simplex", "sub-simplex", "log-simplex")


def own_diagonal(point: Point) -> np.ndarray:
    """The library's own second derivative; for losses that it lacks, as for its nearest one.

    XGBoost: 2 p (1 - p) of K classes. LightGBM: K / (K - 1) p (1 - p), and 1 for Huber. Both:
    e^0.7 exp(z) for Poisson, 1 for quantiles and absolute errors, else the exact one. CatBoost:
    the exact one. A negative one counts as 0.
    """
    diagonal = point.diagonal if is_convex(point.layer) else clipped(point.diagonal)
    if point.is_flat or _is_lightgbms_huber(point):
        return ones(point)
    factor = own_factor(point.layer, point.library, point.columns)
    return diagonal if factor == 1.0 else np.multiply(diagonal, factor, out=diagonal)


def is_convex(layer: OutputLayer) -> bool:
    """Whether the diagonal is a slope a_k'(z) of the activation, as p (1 - p): no less than 0."""
    activation, loss = names(layer)
    is_logistic = activation in ("softmax", "log_softmax", "sigmoid") and loss == "cross_entropy"
    return is_logistic or loss == "fenchel_young"


def clipped(diagonal: np.ndarray) -> np.ndarray:
    """max(diagonal, 0) in place; most often there is nothing to write, and looking is cheaper."""
    if diagonal.size and not diagonal.min() >= 0.0:
        np.maximum(diagonal, 0.0, out=diagonal)
    return diagonal


def own_factor(layer: OutputLayer, library: Library, columns: int) -> float:
    """By what the library multiplies the exact diagonal."""
    if library == "catboost":
        return 1.0
    if layer.activation.domain.kind in _ONE_CLASS:
        return 2.0 if library == "xgboost" else columns / (columns - 1.0)
    return _POISSON if names(layer) == ("exp", "poisson") else 1.0


def floor(library: Library) -> float:
    """The smallest curvature that the library itself would pass on."""
    return XGBOOST_FLOOR if library == "xgboost" else 0.0


def names(layer: OutputLayer) -> tuple[str, str]:
    """Activation and loss by name; a sum of losses has none."""
    return layer.activation.name, getattr(layer.loss, "name", "")


def xgboost_parameters(layer: OutputLayer, columns: int) -> dict[str, Any]:
    """The built-in objective whose transform, leaf refreshing and space of base_score fit."""
    if columns > 1:
        return {"objective": "multi:softprob", "num_class": columns}
    loss = cast(Any, layer.loss)
    pair = names(layer)
    if pair[0] == "sigmoid":
        return {"objective": "binary:logistic"}
    if pair == ("exp", "poisson"):
        return {"objective": "count:poisson"}
    if pair == ("exp", "tweedie") and 1.0 < loss.rho < 2.0:
        return {"objective": "reg:tweedie", "tweedie_variance_power": loss.rho}
    if pair == ("exp", "tweedie") and loss.rho == 2.0:
        return {"objective": "reg:gamma"}
    if pair == ("identity", "quantile"):
        return {"objective": "reg:quantileerror", "quantile_alpha": loss.tau}
    if pair == ("identity", "absolute_error"):
        return {"objective": "reg:absoluteerror"}
    return {"objective": "reg:squarederror"}


def has_log_link(parameters: dict[str, Any]) -> bool:
    """Whether XGBoost's base_score is a mean, of which it takes the logarithm."""
    return parameters["objective"] in ("count:poisson", "reg:tweedie", "reg:gamma")


def _is_lightgbms_huber(point: Point) -> bool:
    return point.library == "lightgbm" and names(point.layer) == ("identity", "huber")


def ones(point: Point) -> np.ndarray:
    """1 an entry, times the row's weight."""
    result = np.ones_like(point.scores)
    if point.weights is None:
        return result
    return result * (point.weights if result.ndim < 2 else point.weights[:, None])
