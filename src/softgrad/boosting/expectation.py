"""The expected Hessian under the model itself: for a likelihood its Fisher information."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from softgrad.boosting.point import Point
from softgrad.contracts import chain
from softgrad.contracts.canonical import Canonical
from softgrad.contracts.fast_paths import Wanted
from softgrad.errors import CapabilityError
from softgrad.layer import OutputLayer
from softgrad.layer.options import Options
from softgrad.operators import Operator

_DIAGONAL = int(Wanted.DIAGONAL)


def has_expectation(layer: OutputLayer, columns: int) -> bool:
    """Whether the loss supplies one, or a prediction can stand as a target.

    That is for every loss that is affine in its target. Rows of scores are no targets.
    """
    return _supplies_it(layer) or _is_target(layer, columns)


def expected_diagonal(point: Point) -> np.ndarray:
    """The diagonal, of the shape of the scores, times the rows' weights.

    Raises:
        CapabilityError: the layer has no expectation (hinge).
    """
    if not _supplies_it(point.layer):
        at = _at_prediction(point)
        out = point.memory.empty_like(point.scores)
        options: Options = {"sample_weight": point.weights}
        # Without the gradient there, which nobody needs.
        return point.layer.parts(_DIAGONAL, at.scores, at.target, options, None, out)[2]
    found = _supplied(point).diagonal().astype(point.scores.dtype, copy=False)
    return found if point.weights is None else found * point.weights[..., None]


def expected_hessian(point: Point) -> np.ndarray:
    """The matrix of one row, shape (columns, columns); raises as `expected_diagonal`."""
    if not _supplies_it(point.layer):
        return _at_prediction(point).hessian
    found = _supplied(point).to_dense()
    return found if point.weights is None else found * point.weights


def _supplies_it(layer: OutputLayer) -> bool:
    return all(term.has_fisher_information for _, term in layer.loss.terms)


def _is_target(layer: OutputLayer, columns: int) -> bool:
    kind = layer.loss.target_kind
    is_of_values = layer.activation.domain.kind == "values"
    is_of_scores = is_of_values and (columns > 1 or kind == "classes")
    return not is_of_scores and kind not in ("labels", "row", "bounds")


@np.errstate(all="ignore")
def _supplied(point: Point) -> Operator:
    forms = Canonical.of(point.scores, "z", -1).forms(point.layer.activation)
    return chain.fisher(point.layer.loss, forms)


def _at_prediction(point: Point) -> Point:
    """The same scores with the prediction as target."""
    if not _is_target(point.layer, point.columns):
        raise CapabilityError(
            "curvature 'fisher' needs a likelihood that supplies its own, or a prediction that "
            f"can be a target; {point.layer!r} has neither. Use 'exact-clipped' or 'upper-bound'"
        )
    p = point.layer.predict(point.scores)
    is_log = point.layer.activation.domain.kind.startswith("log-")
    return replace(point, target=np.exp(p) if is_log else p)
