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


def spread(point: Point) -> float:
    """The weighted mean distance of scores and targets; 1 where there is none."""
    distance = np.abs(point.scores - _targets(point))
    if distance.ndim == 2:
        distance = distance.mean(axis=1)
    found = float(np.average(distance, weights=point.weights))
    return found if found > _NO_SPREAD else 1.0


def kink_curvature(point: Point) -> np.ndarray:
    """j / (2 (|z - t| + 0.25 s)), j by how much the slope jumps at t, s the `spread`.

    At s = 0 it is the curvature of the parabola that touches the loss at z and lies nowhere below
    it, so that a step of all of it never ascends; s bounds it at the target. Others get 1.

    Source: Hunter and Lange 2000, "Quantile regression via an MM algorithm", section 3.
    """
    if not has_kink(point.layer, point.columns):
        return ones(point)
    target, unit = _targets(point), spread(point)
    # The same step away for all columns, which then do not cross.
    far = np.abs(target) + unit
    above, below = (
        point.layer.gradient(
            np.broadcast_to(at, point.scores.shape).astype(point.scores.dtype),
            point.target,
            sample_weight=point.weights,
        )
        for at in (target + far, target - far)
    )
    distance = np.abs(point.scores - target)
    return (above - below) / (2.0 * (distance + _NEAREST * unit))


def why_it_stands_still(layer: OutputLayer, columns: int, library: str, name: str) -> str | None:
    """Why the curvature of that name would let nothing be learnt, or None.

    XGBoost, by the name in its params, renews leaves beside an objective from outside too.
    """
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
    return target[:, None] if target.ndim < point.scores.ndim else target
