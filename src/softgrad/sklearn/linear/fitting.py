"""The fit of a linear map: units, a solver that suits the pair, and what it says of its end."""

from __future__ import annotations

import warnings
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.sparsefuncs import mean_variance_axis

from softgrad.boosting.start import best_constant
from softgrad.contracts.pair_facts import is_flat
from softgrad.errors import ParameterError
from softgrad.nn.one_thread import one_thread
from softgrad.sklearn.linear import newton, quasi_newton
from softgrad.sklearn.linear.descent import Descent, largest
from softgrad.sklearn.linear.objective import Data, Objective

SOLVERS = ("auto", "lbfgs", "newton-cg")
# A matrix with a row a coefficient pays up to so many.
_SMALL = 1500
_STEPS = 10
_NARROW = 256
# Who ends at slopes larger than this share of the first ones is not where slopes vanish.
_STEEP = 1e-2
# Slopes of a loss have no more digits than the first, and differences of its values the second.
_DIGITS = {np.dtype(np.float32): (1e-5, 1e-9), np.dtype(np.float64): (0.0, 1e-14)}


@dataclass(frozen=True)
class Plan:
    """How to fit.

    Attributes:
        strength: the penalty is strength / 2 times the sum of squared coefficients.
        has_intercept: whether there is one.
        solver: one of `SOLVERS`.
        tol: where to stop, as a share of the slopes of the best constant.
        max_iter: how many iterations there may be.
        verbose: whether to print each.
    """

    strength: float
    has_intercept: bool
    solver: str
    tol: float
    max_iter: int
    verbose: bool


@dataclass(frozen=True)
class Fit:
    """What came of it: W (features, columns), b (columns,), and the objective by iteration."""

    coefficients: np.ndarray
    intercept: np.ndarray
    curve: list[float]


def fit(data: Data, plan: Plan, start: tuple[np.ndarray, np.ndarray] | None) -> Fit:
    """Fit from a start, or from the best constant.

    Raises:
        ParameterError: the pair has no curvature for "newton-cg".
    """
    pair = data.layer.activation, data.layer.loss, data.columns
    has_kinks = is_flat(*pair)
    if has_kinks and plan.solver == "newton-cg":
        raise ParameterError(
            f"solver is 'newton-cg', but {data.layer!r} has no second derivative but 0; "
            "use 'auto' or 'lbfgs'"
        )
    objective, constant = _in_units(data, plan)
    from_constant = objective.vector(*constant)
    # Blocks of rows fit into a core's cache; to share out one's product costs more than it saves.
    is_narrow = not data.is_sparse and data.X.shape[1] <= _NARROW
    with np.errstate(all="ignore"), one_thread() if is_narrow else nullcontext():
        _, gradient = objective.value_and_gradient(from_constant)
        of_slopes, of_values = _DIGITS[data.X.dtype]
        tol = max(plan.tol, of_slopes)
        gain = tol if has_kinks else of_values  # across kinks slopes do not vanish
        descent = Descent(tol * largest(gradient), gain, plan.max_iter, _printed(plan.verbose))
        begin = from_constant if start is None else objective.vector(*start)
        if plan.solver != "lbfgs" and not has_kinks:
            end = newton.minimise(objective.value_and_gradient, objective.hessian, begin, descent)
        else:
            curvature: quasi_newton.Curvature = quasi_newton.Limited(_STEPS)
            if has_kinks:
                is_small = begin.size <= _SMALL
                curvature = quasi_newton.Whole() if is_small else quasi_newton.Limited(10 * _STEPS)
            end = quasi_newton.minimise(objective.value_and_gradient, begin, descent, curvature)
    problem = ""
    if not (descent.has_ended or descent.is_stuck):
        problem = (
            f"{plan.max_iter} iterations did not reach tol={plan.tol:g}; increase max_iter, or a "
            "weaker tol will do"
        )
    elif descent.is_stuck and not has_kinks and descent.last > _STEEP * largest(gradient):
        problem = (
            f"rounding in {data.X.dtype} hides the way down after {len(descent.values)} iterations;"
            " centre X and y, or take float64"
        )
    if problem:
        warnings.warn(problem, ConvergenceWarning, stacklevel=4)
    return Fit(*objective.coefficients(end), descent.values)


def _in_units(data: Data, plan: Plan) -> tuple[Objective, tuple[np.ndarray, np.ndarray]]:
    """The objective in units in which its curvature is about 1, and the best constant."""
    features, columns = data.X.shape[1], data.columns
    constant = np.zeros(columns)
    if plan.has_intercept:
        constant = best_constant(data.layer, data.target, data.weights, columns)
    centre, spread = _moments(data)
    if not plan.has_intercept:
        spread, centre = np.hypot(spread, centre), np.zeros(features)
    bends = _bends(data, constant)
    squares = bends * np.square(spread)[:, None] + plan.strength
    squares[squares <= 0.0] = 1.0
    scale = np.sqrt(np.vstack([squares, bends]))
    objective = Objective(data, plan.strength, centre, scale, has_intercept=plan.has_intercept)
    return objective, (np.zeros((features, columns)), constant)


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


def _bends(data: Data, constant: np.ndarray) -> np.ndarray:
    """How much the mean loss bends by each column of scores at the constant; 1 where not at all.

    Columns of classes are alike: how frequent a class is says little of where its rows end up.
    """
    total = np.zeros(data.columns)
    for rows in data.blocks():
        _, target, weights = data.part(rows)
        z = np.tile(constant.astype(data.X.dtype), (len(target), 1))
        flat = z[:, 0] if data.columns == 1 else z
        _, diagonal = data.layer.gradient_and_hessian_diagonal(flat, target, sample_weight=weights)
        total += np.abs(diagonal.reshape(z.shape)).sum(axis=0, dtype=np.float64)
    bends = total / data.total
    if data.layer.loss.target_kind in ("classes", "labels"):
        bends = np.full(data.columns, bends.mean())
    return np.where(np.isfinite(bends) & (bends > 0.0), np.maximum(bends, 1e-12), 1.0)


def _printed(verbose: bool) -> Any:
    def tell(iteration: int, value: float, slope: float) -> None:
        if verbose:
            print(f"iteration {iteration}: objective {value:.6g}, largest slope {slope:.3g}")

    return tell
