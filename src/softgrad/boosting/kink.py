"""Losses with a kink at the target and no curvature: absolute errors and quantiles.

A step of their gradient alone has the length of 1, whatever the spread of the target is. The
libraries renew the leaves of their own ones with the quantile of the rows; beside an objective
from outside nothing is renewed, so it is the curvature that has to know how far the target is.
"""

from __future__ import annotations

import numpy as np

from softgrad.boosting.builtin import ones
from softgrad.boosting.point import Point
from softgrad.contracts.pair_facts import is_flat
from softgrad.layer import OutputLayer

# Rows nearer to the target than this share of the mean distance bend no more than at it. Measured:
# 0.1 to 0.3 give held-out losses within 2 % of each other; less is slower, more fits noise.
_NEAREST = 0.25
# Below it a spread is rounding, and its inverse near to overflow in float32.
_NO_SPREAD = 1e-30
# The curvatures that are no second derivative.
_AT_LEAST_ONE = ("libraries", "absolute-gradient")
_USE = "use curvature='auto'"


def has_kink(layer: OutputLayer, columns: int) -> bool:
    """Whether a loss of values is straight on both sides of the target."""
    is_of_values = layer.loss.target_kind in ("entries", "row")
    is_as_it_is = layer.activation.link == "identity"
    return is_of_values and is_as_it_is and is_flat(layer.activation, layer.loss, columns)


def has_tails(layer: OutputLayer) -> bool:
    """Whether a loss of values grows slower than a parabola, as Huber's."""
    is_as_it_is = layer.activation.link == "identity"
    return is_as_it_is and all(term.below_parabolas for _, term in layer.loss.terms)


def has_kink_or_tails(layer: OutputLayer, columns: int) -> bool:
    """Whether a step of its gradient alone does not grow with the distance of the target."""
    return has_kink(layer, columns) or has_tails(layer)


def tail_curvature(point: Point) -> np.ndarray:
    """g / (z - t): of the parabola that touches the loss at z, and lies nowhere below it.

    The second derivative itself is 0 where Huber's loss is straight.

    Source: Huber 1964; Hunter and Lange 2004, "A tutorial on MM algorithms".
    """
    difference = point.scores - _targets(point)
    return np.divide(point.gradient, difference, out=point.diagonal, where=difference != 0.0)


def unit_of_tails(point: Point, bends: np.ndarray) -> float:
    """What makes the mean curvature 1, so that lambda and min_child_weight mean the same."""
    total = bends.size if point.weights is None else bends[0].size * float(point.weights.sum())
    mean = float(bends.sum(dtype=np.float64)) / total
    return 1.0 / mean if mean > _NO_SPREAD else 1.0


def spread(point: Point) -> float:
    """The weighted mean distance of scores and targets; 1 where there is none."""
    return _mean(_distances(point), point.weights)


def kink_curvature(point: Point) -> np.ndarray:
    """j / (2 (|z - t| + 0.25 s)), j by how much the slope jumps at t, s the `spread`.

    At s = 0 it is the curvature of the parabola that touches the loss at z and lies nowhere below
    it, so that a step of all of it never ascends; s bounds it at the target. Others get 1. Of one
    row, as CatBoost hands it over, no spread is known: s is 1 then.

    Source: Hunter and Lange 2000, "Quantile regression via an MM algorithm", section 3.
    """
    if not has_kink(point.layer, point.columns):
        return ones(point)
    distance, target = _distances(point), _targets(point)
    is_one_row = distance.ndim == 1 and point.columns > 1
    unit = 1.0 if is_one_row else _mean(distance, point.weights)
    # The same step away for all columns, which then do not cross.
    far = np.abs(target)
    far += unit
    jump = _slope(point, target + far)
    jump -= _slope(point, np.subtract(target, far, out=far))
    distance += _NEAREST * unit
    distance *= 2.0
    return np.divide(jump, distance, out=jump)


def _slope(point: Point, score: np.ndarray) -> np.ndarray:
    """The weighted gradient where all scores of a row are one."""
    scores = score
    if score.shape != point.scores.shape:
        scores = np.broadcast_to(score, point.scores.shape).copy(order="K")
    return point.layer.gradient(scores, point.target, sample_weight=point.weights)


def _distances(point: Point) -> np.ndarray:
    found = point.scores - _targets(point)
    return np.abs(found, out=found)


def _mean(distance: np.ndarray, weights: np.ndarray | None) -> float:
    each = distance.mean(axis=1) if distance.ndim == 2 else distance
    found = float(each.mean() if weights is None else np.average(each, weights=weights))
    return found if found > _NO_SPREAD else 1.0


def why_it_stands_still(layer: OutputLayer, columns: int, library: str, name: str) -> str | None:
    """Why the curvature of that name would let nothing be learnt, or None.

    XGBoost, by the name in its params, renews leaves beside an objective from outside too.
    """
    if library == "catboost" and columns > 1 and has_kink(layer, columns):
        return (
            f"CatBoost hands rows of several scores over one by one, so that {layer.loss!r} cannot "
            "know the spread of the target, and takes it to be 1: divide the target by its spread, "
            "or use another library"
        )
    if name == "auto" or not is_flat(layer.activation, layer.loss, columns):
        return None
    if name not in _AT_LEAST_ONE:
        is_divided_by = library != "catboost"
        return f"curvature {name!r} is 0 for {layer.loss!r}; {_USE}" if is_divided_by else None
    if not has_kink(layer, columns) or (library == "xgboost" and name == "libraries"):
        return None
    return (
        f"curvature {name!r} lets {layer.loss!r} take steps of at most 1, whatever the spread of "
        f"the target is, and {library} renews the leaves of its own objectives alone; {_USE}"
    )


def _targets(point: Point) -> np.ndarray:
    """As an array that can be taken from the scores: one target for all columns, or one each."""
    target = np.asarray(point.target, dtype=point.scores.dtype)
    return target[..., None] if target.ndim < point.scores.ndim else target
