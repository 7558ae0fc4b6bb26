"""Units of the data and of the loss, in which a solver's steps and tolerances mean the same.

A fit in any units of y or of X is then the same fit: each direction has curvature about 1, and the
slopes of rows have a spread of about 1, as those of a likelihood have by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.sparsefuncs import mean_variance_axis

from softgrad.boosting.start import best_constant
from softgrad.sklearn.linear.objective import Data

# Of rows that bend there have to be so many a coefficient for second derivatives to tell the way.
_A_COEFFICIENT = 5
_ALIKE = 100.0


@dataclass(frozen=True)
class Units:
    """What `Objective` takes.

    Attributes:
        constant: the best constant scores, (columns,); zeros where there is no intercept, though
            units are those of the best.
        centre: of each feature, (features,).
        scale: (features + 1, columns), what a coefficient, and the intercept, is multiplied by.
        of_objective: what the objective is divided by.
        few_rows_bend: whether nearly all rows are on straight parts of the loss, as with `huber`
            for values that are large beside its delta.
        columns_differ: whether a column's loss is a hundredth of another's, or less.
    """

    constant: np.ndarray
    centre: np.ndarray
    scale: np.ndarray
    of_objective: float
    few_rows_bend: bool
    columns_differ: bool


def units_of(data: Data, strength: float, *, has_intercept: bool) -> Units:
    """The units in which the objective's curvature is about 1 at the best constant."""
    features, columns = data.X.shape[1], data.columns
    constant = best_constant(data.layer, data.target, data.weights, columns)
    shape = _shape_at(data, constant)
    centre, spread = _moments(data)
    if not has_intercept:
        spread, centre = np.hypot(spread, centre), np.zeros(features)
        constant = np.zeros(columns)
    bends = shape.bends
    squares = bends * np.square(spread)[:, None] + strength
    squares[squares <= 0.0] = 1.0
    dispersions = shape.squared_slopes / bends
    found = float(np.max(dispersions))
    unit = found if np.isfinite(found) and found > 0.0 else 1.0
    scale = np.sqrt(np.vstack([squares, bends]) / unit)
    differ = bool(np.any(dispersions < unit / _ALIKE))
    return Units(constant, centre, scale, unit, shape.few_rows_bend, differ)


def _moments(data: Data) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each feature, (features,) each."""
    if data.is_sparse:
        mean, variance = mean_variance_axis(data.X, axis=0, weights=data.weights)[:2]
        return np.asarray(mean, np.float64), np.sqrt(np.asarray(variance, np.float64))
    features = data.X.shape[1]
    mean = _mean(data, np.zeros(features), power=1)
    return mean, np.sqrt(_mean(data, mean, power=2))


def _mean(data: Data, centre: Any, *, power: int) -> Any:
    """The weighted mean of (X - centre)^power."""
    total = np.zeros(len(centre))
    for rows in data.blocks():
        X, _, weights = data.part(rows)
        of_rows: np.ndarray = (X - centre) ** power
        total += of_rows.sum(axis=0) if weights is None else weights @ of_rows
    return total / data.total


@dataclass(frozen=True)
class _Shape:
    """Of the loss of rows, by each column of scores: (columns,) each."""

    bends: np.ndarray
    squared_slopes: np.ndarray
    few_rows_bend: bool


def _shape_at(data: Data, constant: np.ndarray) -> _Shape:
    """How much the mean loss bends at the constant, and the mean square of the slopes of rows.

    Columns of classes are alike: how frequent a class is says little of where its rows end up.
    Where the loss of a row is straight and has kinks, the mean loss bends all the same: as much as
    its slope changes within the distance of the target. What does not bend at all counts as 1.
    """
    w = np.ones(len(data.target)) if data.weights is None else data.weights.astype(np.float64)
    w = w / data.total
    is_of_classes = data.layer.loss.target_kind in ("classes", "labels")
    sums = np.zeros((3, data.columns))
    for rows in data.blocks():
        slopes, bends = _derivatives(data, rows, constant)
        of_rows = w[rows]
        sums[0] += of_rows @ bends
        sums[2] += of_rows @ np.square(slopes)
        if not is_of_classes:
            sums[1] += np.square(of_rows) @ np.square(bends)
    bends, squared_bends, squared_slopes = sums
    if is_of_classes:
        bends = np.full(data.columns, bends.mean())
        return _Shape(_or_one(bends), squared_slopes, False)
    # As many rows of equal weight and curvature would have such sums (Kish 1965).
    many = np.square(bends) / squared_bends, 1.0 / float(w @ w)
    enough = min(_A_COEFFICIENT * (data.X.shape[1] + 1), 0.5 * many[1])
    is_straight = ~(many[0] >= enough)
    few = False
    if np.any(is_straight) and _is_of_real_values(data):
        secants = _secants(data, constant, w)
        is_straight &= np.isfinite(secants) & (secants > 0.0)
        bends, few = np.where(is_straight, secants, bends), bool(np.any(is_straight))
    return _Shape(_or_one(bends), squared_slopes, few)


def _or_one(bends: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(bends) & (bends > 0.0), bends, 1.0)


def _is_of_real_values(data: Data) -> bool:
    """Whether scores are in the units of the target, and slopes never fall with them."""
    loss = data.layer.loss
    is_convex = all(term.convex for _, term in loss.terms)
    is_real = data.layer.activation.link == "identity" and loss.target_kind in ("entries", "row")
    return is_real and is_convex


def _secants(data: Data, constant: np.ndarray, w: np.ndarray) -> np.ndarray:
    """By how much the mean slope changes within the mean distance of the target, a unit of it."""
    target = data.target.reshape(len(data.target), -1)
    away = np.zeros(data.columns)
    for rows in data.blocks():
        away += w[rows] @ np.abs(target[rows] - constant)
    changes = np.zeros(data.columns)
    for rows in data.blocks():
        for side in (1.0, -1.0):
            slopes, _ = _derivatives(data, rows, constant + side * away)
            changes += side * (w[rows] @ slopes)
    return changes / (2.0 * away)


def _derivatives(data: Data, rows: slice, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and sizes of second derivatives of some rows, (rows, columns) float64."""
    _, target, _ = data.part(rows)
    z = np.tile(scores.astype(data.X.dtype), (len(target), 1))
    flat = z[:, 0] if data.columns == 1 else z
    found = data.layer.gradient_and_hessian_diagonal(flat, target)
    slopes, bends = (part.reshape(z.shape).astype(np.float64, copy=False) for part in found)
    return slopes, np.abs(bends)
