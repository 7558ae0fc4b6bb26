"""The constant raw scores that minimise a loss: where a boost from the average begins."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from softgrad.layer import OutputLayer

# Added to each class's share, as XGBoost does: a class that does not occur gets a finite score.
_ABSENT = 1e-6
# Probabilities and rates of 1e-15, LightGBM's limit: beyond it a step of boosting comes to nothing.
_FARTHEST = 34.5
_HALVINGS = 200


def best_constant(
    layer: OutputLayer, target: np.ndarray, weights: np.ndarray | None, columns: int
) -> np.ndarray:
    """The constant that minimises the weighted loss, shape (columns,).

    Classes have 1e-6 added to their shares. A score of one class is only known up to a constant:
    scores then have mean 0. Where the minimum is at infinity, +-34.5 is given.
    """
    w = np.ones(len(target)) if weights is None else np.asarray(weights, dtype=np.float64)
    if columns == 1:
        return np.array([_single(layer, np.asarray(target, dtype=np.float64), w)])
    if target.dtype.kind == "i" and target.ndim == 1:
        counts = np.bincount(target, weights=w, minlength=columns)
        shares = counts / counts.sum() + _ABSENT
        start = np.log(shares)
        return _many(layer, np.arange(columns), shares, start - start.mean())
    return _many(layer, target, w, np.zeros(columns))


def _single(layer: OutputLayer, target: np.ndarray, weights: np.ndarray) -> float:
    """By halving: the summed slope of a convex loss changes its sign once, perhaps in a jump."""
    distinct, where = np.unique(target, return_inverse=True)
    shares = np.bincount(where, weights=weights)
    is_real = layer.activation.link == "identity" and layer.loss.target_kind == "entries"

    def slope(z: float) -> float:
        scores = np.full(len(distinct), z)
        return float(np.sum(layer.gradient(scores, distinct, sample_weight=shares)))

    # A loss of real values, not of scores, has its minimum among the targets.
    low, high = (float(distinct[0]), float(distinct[-1])) if is_real else (-_FARTHEST, _FARTHEST)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        if slope(middle) < 0.0:
            low = middle
        else:
            high = middle
    return high if is_real else 0.5 * (low + high)


def _many(
    layer: OutputLayer, target: np.ndarray, weights: np.ndarray, start: np.ndarray
) -> np.ndarray:
    """By L-BFGS-B from `start`, within +-34.5 of it, or as far as observed values are."""
    minimize: Any = import_module("scipy.optimize").minimize  # each of the libraries needs SciPy
    share = weights / weights.sum()

    def objective(z: np.ndarray) -> tuple[float, np.ndarray]:
        scores = np.broadcast_to(z, (len(target), len(z)))
        values, slopes = layer.value_and_gradient(scores, target, sample_weight=share)
        return float(np.sum(values)), np.sum(slopes, axis=0)

    is_real = layer.activation.name == "identity" and layer.loss.target_kind == "row"
    reach = max(_FARTHEST, float(np.max(np.abs(target), initial=0.0))) if is_real else _FARTHEST
    bounds = [(z - reach, z + reach) for z in start]
    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, tol=1e-12)
    z: np.ndarray = np.asarray(found.x)
    return z - z.mean() if layer.activation.shift_invariant else z
