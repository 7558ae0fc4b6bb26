"""The constant raw scores that minimise a loss: where a boost from the average begins."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from softgrad.boosting.single_score import FARTHEST, best_score
from softgrad.contracts.pair_facts import only_term
from softgrad.contracts.separable import SeparableLoss
from softgrad.layer import OutputLayer
from softgrad.losses.quantile import Quantile

# Added to each class's share, as XGBoost does: a class that does not occur gets a finite score.
_ABSENT = 1e-6


def best_constant(
    layer: OutputLayer, target: np.ndarray, weights: np.ndarray | None, columns: int
) -> np.ndarray:
    """The constant that minimises the weighted loss, shape (columns,).

    Classes have 1e-6 added to their shares. A score of one class is only known up to a constant:
    scores then have mean 0. Where the minimum is at infinity, +-34.5 is given.
    """
    w = np.ones(len(target)) if weights is None else np.asarray(weights, dtype=np.float64)
    if columns == 1:
        return np.array([best_score(layer, np.asarray(target, dtype=np.float64), w)])
    is_labelled = layer.loss.target_kind != "row" and target.ndim == 1
    if is_labelled and target.dtype.kind == "i":
        counts = np.bincount(target, weights=w, minlength=columns)
        shares = counts / counts.sum() + _ABSENT
        start = np.log(shares)
        return _many(layer, np.arange(columns), shares, start - start.mean())
    if target.ndim == 2 and is_of_entries(layer):
        one = OutputLayer(layer.activation, layer.loss, axis=(), check_target=False)
        return np.array([best_score(one, of_column, w) for of_column in target.T])
    term = only_term(layer.loss)
    levels = () if term is None else term.quantile_levels()
    if len(levels) == columns and layer.activation.link == "identity":
        each = (OutputLayer(layer.activation, Quantile(tau=tau), axis=()) for tau in levels)
        return np.array([best_score(one, np.asarray(target, np.float64), w) for one in each])
    return _in_units(layer, target, w, columns)


def mean_and_deviation(values: np.ndarray, weights: np.ndarray | None) -> tuple[float, float]:
    """Of values (rows,), weighted: about where they lie, and how far apart."""
    mean = float(np.average(values, weights=weights))
    return mean, float(np.sqrt(np.average(np.square(values - mean), weights=weights)))


def _in_units(
    layer: OutputLayer, target: np.ndarray, weights: np.ndarray, columns: int
) -> np.ndarray:
    """Of a loss that is the same in all units, for values of mean 0 and deviation 1."""
    zeros = np.zeros(columns)
    term = only_term(layer.loss)
    if term is not None and layer.activation.link == "identity" and target.size == len(target):
        values = np.asarray(target, dtype=np.float64).reshape(-1)
        mean, deviation = mean_and_deviation(values, weights)
        change = term.change_of_units(deviation, mean) if deviation > 0.0 else None
        if change is not None:
            of_loss = OutputLayer(layer.activation, change.loss)
            scores = _many(of_loss, (values - mean) / deviation, weights, zeros)
            found: np.ndarray = change.prediction(scores)
            return found
    return _many(layer, target, weights, zeros)


def is_of_entries(layer: OutputLayer) -> bool:
    """Whether the loss of a row is the sum of the losses of its entries, each with its target."""
    is_apart = all(isinstance(term, SeparableLoss) for _, term in layer.loss.terms)
    is_of_values = layer.activation.domain.kind == "values" and not layer.activation.rowwise
    return is_apart and is_of_values and not layer.settings.get("label_smoothing")


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

    is_real = layer.activation.link == "identity" and layer.loss.target_kind == "row"
    reach = max(FARTHEST, float(np.max(np.abs(target), initial=0.0))) if is_real else FARTHEST
    bounds = [(z - reach, z + reach) for z in start]
    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, tol=1e-12)
    z: np.ndarray = np.asarray(found.x)
    return z - z.mean() if layer.activation.shift_invariant else z
