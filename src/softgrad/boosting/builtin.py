"""What each library does itself for the losses that it has, so that an objective can do the same.

Measured against XGBoost 3.2, LightGBM 4.7 and CatBoost 1.2: tests/boosting compares the models.
"""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np

from softgrad.boosting.point import Library, Point
from softgrad.contracts.pair_facts import only_term
from softgrad.layer import OutputLayer

#: Below this XGBoost lets no second derivative fall (kRtEps in its objectives).
XGBOOST_FLOOR = 1e-16
# kMaxGradient and kMaxHessian of its survival:aft.
_XGBOOSTS_STEEPEST = 15.0
# Both multiply Poisson's second derivative by exp(max_delta_step), 0.7 unless told otherwise.
_POISSON = exp(0.7)
# Of this objective `predict` gives the raw scores.
_UNCHANGED = {"objective": "reg:squarederror"}
_ONE_CLASS = ("simplex", "sub-simplex", "log-simplex")


def own_diagonal(point: Point) -> np.ndarray:
    """The library's own second derivative; for losses that it lacks, as for its nearest one.

    XGBoost: 2 p (1 - p) of K classes. LightGBM: K / (K - 1) p (1 - p), and 1 for Huber. Both:
    e^0.7 exp(z) for Poisson, 1 for quantiles and absolute errors, else the exact one. CatBoost:
    the exact one. A negative one counts as 0. XGBoost's second derivative of a time is at most 15,
    and so is, in size, its gradient, which this bounds too.
    """
    if _is_xgboosts_time(point):
        return _bounded(point)
    diagonal = point.diagonal if point.is_target_free else clipped(point.diagonal)
    if point.is_flat or _is_lightgbms_huber(point):
        return ones(point)
    factor = own_factor(point.layer, point.library, point.columns)
    return diagonal if factor == 1.0 else np.multiply(diagonal, factor, out=diagonal)


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
    return _POISSON if _of_means(layer) == 1.0 else 1.0


def floor(library: Library) -> float:
    """The smallest curvature that the library itself would pass on."""
    return XGBOOST_FLOOR if library == "xgboost" else 0.0


def xgboost_parameters(layer: OutputLayer, columns: int, *, is_of_rows: bool) -> dict[str, Any]:
    """The built-in objective whose transform, leaf refreshing and space of base_score fit.

    Args:
        layer: activation and loss.
        columns: how many scores a row has.
        is_of_rows: whether the labels have a column a score: XGBoost counts those itself, and
            takes them with objectives of several targets alone.
    """
    found = _nearest(layer, columns, is_of_rows)
    if columns > 1 and not is_of_rows and "quantile_alpha" not in found:
        found["num_class"] = columns
    return found


def _nearest(layer: OutputLayer, columns: int, is_of_rows: bool) -> dict[str, Any]:
    activation = layer.activation
    is_softmax = activation.domain.kind == "simplex" and activation.natural_scale() == 1.0
    if is_softmax and not is_of_rows:
        return {"objective": "multi:softprob"}
    if activation.link == "logit":
        return {"objective": "binary:logistic"}
    power = _of_means(layer)
    if power == 1.0:
        return {"objective": "count:poisson"}
    if power == 2.0:
        return {"objective": "reg:gamma"}
    if power is not None and 1.0 < power < 2.0:
        return {"objective": "reg:tweedie", "tweedie_variance_power": power}
    loss = only_term(layer.loss)
    if loss is None or activation.link != "identity":
        return _UNCHANGED.copy()
    levels = loss.quantile_levels()
    if levels == (0.5,):
        return {"objective": "reg:absoluteerror"}
    if len(levels) == columns and levels:  # of several targets XGBoost takes no quantiles
        return {"objective": "reg:quantileerror", "quantile_alpha": _one_or_all(levels)}
    return _UNCHANGED.copy()


def _one_or_all(values: tuple[float, ...]) -> float | list[float]:
    return values[0] if len(values) == 1 else list(values)


def has_log_link(name: str) -> bool:
    """Whether XGBoost's base_score is a mean, of which it takes the logarithm."""
    return name in ("count:poisson", "reg:tweedie", "reg:gamma")


def _of_means(layer: OutputLayer) -> float | None:
    """The variance power of a likelihood whose mean is exp of the score, else None."""
    loss = only_term(layer.loss)
    return loss.variance_power() if loss and layer.activation.link == "log" else None


def _is_lightgbms_huber(point: Point) -> bool:
    loss = only_term(point.layer.loss)
    has_tails = loss is not None and loss.linear_tails
    return point.library == "lightgbm" and has_tails and point.layer.activation.link == "identity"


def _is_xgboosts_time(point: Point) -> bool:
    return point.library == "xgboost" and point.layer.loss.target_kind == "bounds"


def _bounded(point: Point) -> np.ndarray:
    most = ones(point) * _XGBOOSTS_STEEPEST
    np.clip(point.gradient, -most, most, out=point.gradient)
    return np.clip(point.diagonal, 0.0, most, out=point.diagonal)


def ones(point: Point) -> np.ndarray:
    """1 an entry, times the row's weight."""
    result = np.ones_like(point.scores)
    if point.weights is None:
        return result
    return result * (point.weights if result.ndim < 2 else point.weights[:, None])
