"""The fit of a linear map: units, a solver that suits the pair, and what it says of its end."""

from __future__ import annotations

import warnings
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from softgrad.boosting.start import is_of_entries
from softgrad.contracts.pair_facts import is_flat
from softgrad.errors import ParameterError
from softgrad.layer import OutputLayer
from softgrad.nn.one_thread import one_thread
from softgrad.sklearn.linear import newton, quasi_newton
from softgrad.sklearn.linear.descent import Descent, largest
from softgrad.sklearn.linear.objective import Data, Objective
from softgrad.sklearn.linear.units import Units, units_of

SOLVERS = ("auto", "lbfgs", "newton-cg")
# A matrix with a row a coefficient pays up to so many.
_SMALL = 1500
_STEPS = 10
_NARROW = 256
# Who ends at slopes larger than this share of the first ones is not where slopes vanish.
_STEEP = 1e-2
# In units in which curvature and the spread of slopes are 1, slopes are that small by rounding.
_LEVEL = 1e-7
# Across kinks: how far it looks for a way down from where it ends.
_PROBES = (1.0, 0.1, 0.01)
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
    """What came of it: W (features, columns), b (columns,), and the objective by iteration.

    `value` is the objective where it ended, and `problem` what there is to say of that, if any.
    """

    coefficients: np.ndarray
    intercept: np.ndarray
    curve: list[float]
    value: float
    problem: str


def fit(data: Data, plan: Plan, start: tuple[np.ndarray, np.ndarray] | None) -> Fit:
    """Fit from a start, or from the best constant.

    Raises:
        ParameterError: the pair has no curvature for "newton-cg".
    """
    if plan.solver == "newton-cg" and _has_no_curvature(data):
        raise ParameterError(
            f"solver is 'newton-cg', but {data.layer!r} has no second derivative but 0; "
            "use 'auto' or 'lbfgs'"
        )
    with np.errstate(all="ignore"):
        units = units_of(data, plan.strength, has_intercept=plan.has_intercept)
    # Beside the sum of a large column's losses, those of a small one are rounding.
    if units.columns_differ and is_of_entries(data.layer) and data.target.ndim == 2:
        found = _apart(data, plan, start)
    else:
        found = _together(data, plan, start, units)
    if found.problem:
        warnings.warn(found.problem, ConvergenceWarning, stacklevel=4)
    return found


def _apart(data: Data, plan: Plan, start: tuple[np.ndarray, np.ndarray] | None) -> Fit:
    """Each column as a fit of its own, which it is where losses are sums over entries."""
    layer = OutputLayer(data.layer.activation, data.layer.loss, axis=(), check_target=False)
    fits: list[Fit] = []
    for c in range(data.columns):
        one = Data(data.X, np.ascontiguousarray(data.target[:, c]), data.weights, layer, 1)
        begin = None if start is None else (start[0][:, c : c + 1], start[1][c : c + 1])
        with np.errstate(all="ignore"):
            units = units_of(one, plan.strength, has_intercept=plan.has_intercept)
        fits.append(_together(one, plan, begin, units))
    longest = max(len(found.curve) for found in fits)
    curves = [found.curve + [found.value] * (longest - len(found.curve)) for found in fits]
    return Fit(
        np.hstack([found.coefficients for found in fits]),
        np.concatenate([found.intercept for found in fits]),
        [sum(values) for values in zip(*curves, strict=True)],
        sum(found.value for found in fits),
        next((found.problem for found in fits if found.problem), ""),
    )


def _together(
    data: Data, plan: Plan, start: tuple[np.ndarray, np.ndarray] | None, units: Units
) -> Fit:
    """By the solver that suits the pair and the data."""
    # Blocks of rows fit into a core's cache; to share out one's product costs more than it saves.
    is_narrow = not data.is_sparse and data.X.shape[1] <= _NARROW
    with np.errstate(all="ignore"), one_thread() if is_narrow else nullcontext():
        is_straight = _has_no_curvature(data) or _is_of_kinks(data) or units.few_rows_bend
        has_kinks = is_straight and plan.solver != "newton-cg"
        objective = Objective(
            data,
            plan.strength,
            units.centre,
            units.scale,
            has_intercept=plan.has_intercept,
            unit=units.of_objective,
        )
        nothing = np.zeros((data.X.shape[1], data.columns))
        from_constant = objective.vector(nothing, units.constant)
        at_start, gradient = objective.value_and_gradient(from_constant)
        of_slopes, of_values = _DIGITS[data.X.dtype]
        tol = max(plan.tol, of_slopes)
        gain = tol if has_kinks else of_values  # across kinks slopes do not vanish
        tell = _printed(units, verbose=plan.verbose)
        descent = Descent(tol * largest(gradient), gain, plan.max_iter, tell)
        begin = from_constant
        if start is not None:
            begin = objective.vector(*start)
            at_start, _ = objective.value_and_gradient(begin)
        if plan.solver != "lbfgs" and not has_kinks:
            end = newton.minimise(objective.value_and_gradient, objective.hessian, begin, descent)
        else:
            curvature: quasi_newton.Curvature = quasi_newton.Limited(_STEPS)
            if has_kinks:
                is_small = begin.size <= _SMALL
                curvature = quasi_newton.Whole() if is_small else quasi_newton.Limited(10 * _STEPS)
            end = quasi_newton.minimise(objective.value_and_gradient, begin, descent, curvature)
        steep = max(_STEEP, tol)
        if has_kinks:
            is_low = _is_low(objective, end, steep)
        else:
            is_low = descent.last <= max(steep * largest(gradient), _LEVEL)
    problem = ""
    if not (descent.has_ended or descent.is_stuck):
        problem = (
            f"{plan.max_iter} iterations did not reach tol={plan.tol:g}; increase max_iter, or a "
            "weaker tol will do"
        )
    elif not is_low:
        problem = (
            f"rounding in {data.X.dtype} hides the way down after {len(descent.values)} iterations;"
            " centre X and y, or take float64"
        )
    before, *curve = (units.of_objective * value for value in (at_start, *descent.values))
    return Fit(*objective.coefficients(end), curve, curve[-1] if curve else before, problem)


def _has_no_curvature(data: Data) -> bool:
    return is_flat(data.layer.activation, data.layer.loss, data.columns)


def _is_of_kinks(data: Data) -> bool:
    """Whether the loss of values is straight but for kinks, as the activation need not be."""
    loss, output = data.layer.loss, data.layer.activation.domain
    is_of_values = loss.target_kind in ("entries", "row")
    return is_of_values and all(term.is_flat(output) for _, term in loss.terms)


def _is_low(objective: Objective, end: np.ndarray, share: float) -> bool:
    """Whether no step straight down lowers the objective by much: slopes are large at kinks."""
    value, gradient = objective.value_and_gradient(end)
    size = float(np.linalg.norm(gradient))
    steps = [length / size for length in _PROBES] if size > 0.0 else []
    lowest = min((objective.value_and_gradient(end - s * gradient)[0] for s in steps), default=0.0)
    return np.isfinite(value) and not (steps and lowest < value - share * abs(value))


def _printed(units: Units, *, verbose: bool) -> Any:
    def tell(iteration: int, value: float, slope: float) -> None:
        if verbose:
            value *= units.of_objective
            print(f"iteration {iteration}: objective {value:.6g}, largest slope {slope:.3g}")

    return tell
