"""Named curvatures: what stands for the second derivative in a step of boosting.

Each gives a diagonal, which XGBoost and LightGBM divide by, and a full matrix, which CatBoost
solves with. H is the Hessian of a row's loss by its raw scores, g the gradient, p the prediction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from softgrad.boosting.builtin import clipped, own_diagonal
from softgrad.boosting.eigenvalues import with_eigenvalues
from softgrad.boosting.expectation import (
    expected_diagonal,
    expected_hessian,
    has_expectation,
)
from softgrad.boosting.kink import has_tails, kink_curvature, tail_curvature
from softgrad.boosting.point import Point
from softgrad.contracts.pair_facts import moves_between_classes
from softgrad.errors import UnknownNameError


@dataclass(frozen=True)
class Curvature:
    """A stand-in for the Hessian.

    Attributes:
        name: how it is asked for.
        formula: the diagonal, in words that the documentation shows.
        may_be_negative: whether an entry can be below 0.
        diagonal: of the shape of the scores.
        matrix: for one row, shape (columns, columns).
    """

    name: str
    formula: str
    may_be_negative: bool
    diagonal: Callable[[Point], np.ndarray]
    matrix: Callable[[Point], np.ndarray]


def _exact(point: Point) -> np.ndarray:
    return point.diagonal


def _clipped(point: Point) -> np.ndarray:
    return clipped(point.diagonal)


def _absolute(point: Point) -> np.ndarray:
    return np.abs(point.diagonal, out=point.diagonal)


def _absolute_gradient(point: Point) -> np.ndarray:
    return np.abs(point.gradient)


def _gauss_newton(point: Point) -> np.ndarray:
    result = np.empty_like(point.scores)
    for rows, k, column in point.columns_of(point.layer.gauss_newton_product):
        entry = (rows, k) if point.columns > 1 else rows
        result[entry] = column[..., k] if point.columns > 1 else column
    return np.maximum(result, 0.0, out=result)


def _gauss_newton_matrix(point: Point) -> np.ndarray:
    return with_eigenvalues(point.gauss_newton, _non_negative)


def _fisher(point: Point) -> np.ndarray:
    # What does not depend on the target is its own expectation.
    return point.diagonal if point.is_target_free else clipped(expected_diagonal(point))


def _fisher_matrix(point: Point) -> np.ndarray:
    return with_eigenvalues(expected_hessian(point), _non_negative)


def _upper_bound(point: Point) -> np.ndarray:
    if point.columns == 1:
        return _absolute(point)
    if moves_between_classes(point.layer.activation, point.layer.loss):
        # Rows of diag(p) - p p^T sum to 0 and all but the diagonal is <= 0: sums of absolute
        # values are twice the diagonal.
        return np.multiply(point.diagonal, 2.0, out=point.diagonal)
    total = np.zeros_like(point.scores)
    for rows, _, column in point.columns_of(point.layer.hvp):  # of a symmetric matrix
        total[rows] += np.abs(column, out=column)
    return total


def _upper_bound_matrix(point: Point) -> np.ndarray:
    return np.diag(np.abs(point.hessian).sum(axis=-1))


def _auto(point: Point) -> np.ndarray:
    if point.is_flat:
        return kink_curvature(point)
    if has_tails(point.layer):
        return tail_curvature(point)
    domain = point.layer.activation.domain
    if all(term.is_flat(domain) for _, term in point.layer.loss.terms):
        # Behind an activation that bends: at a target that is the prediction there is no slope.
        return _absolute_gradient(point)
    if domain.kind == "simplex" and domain.has_low:
        # A wrong row whose true class has fallen to p = 0 has a slope but no second derivative.
        return _absolute_gradient(point)
    return _fisher(point) if has_expectation(point.layer, point.columns) else _absolute(point)


def _auto_matrix(point: Point) -> np.ndarray:
    if point.is_flat:
        return np.diag(kink_curvature(point))
    if has_tails(point.layer):
        return np.diag(tail_curvature(point))
    if has_expectation(point.layer, point.columns):
        return _fisher_matrix(point)
    return with_eigenvalues(point.hessian, np.abs)


def _non_negative(values: np.ndarray) -> np.ndarray:
    return np.maximum(values, 0.0)


#: Name to curvature, in the order in which the documentation tells of them.
CURVATURES: Mapping[str, Curvature] = MappingProxyType(
    {
        one.name: one
        for one in (
            Curvature(
                "auto",
                "fisher, or what stands for it where that cannot serve",
                False,
                _auto,
                _auto_matrix,
            ),
            Curvature("exact", "H_kk", True, _exact, lambda at: at.hessian),
            Curvature(
                "exact-clipped",
                "max(H_kk, 0)",
                False,
                _clipped,
                lambda at: with_eigenvalues(at.hessian, _non_negative),
            ),
            Curvature(
                "absolute",
                "|H_kk|",
                False,
                _absolute,
                lambda at: with_eigenvalues(at.hessian, np.abs),
            ),
            Curvature(
                "absolute-gradient",
                "|g_k|",
                False,
                _absolute_gradient,
                lambda at: np.diag(np.abs(at.gradient)),
            ),
            Curvature(
                "gauss-newton",
                "(Jᵀ ∇²l J)_kk, by the activation's output",
                False,
                _gauss_newton,
                _gauss_newton_matrix,
            ),
            Curvature(
                "fisher",
                "max(E[H_kk], 0) under the prediction: H at the target t = p",
                False,
                _fisher,
                _fisher_matrix,
            ),
            Curvature("upper-bound", "Σ_j |H_kj|", False, _upper_bound, _upper_bound_matrix),
            Curvature(
                "libraries",
                "the library's own: see its page",
                False,
                own_diagonal,
                lambda at: with_eigenvalues(at.hessian, _non_negative),
            ),
        )
    }
)


def find_curvature(name: object) -> Curvature:
    """The curvature of that name.

    Raises:
        UnknownNameError: there is none.
    """
    found = CURVATURES.get(name) if isinstance(name, str) else None
    if found is None:
        raise UnknownNameError(f"no curvature is called {name!r}; known: {', '.join(CURVATURES)}")
    return found
