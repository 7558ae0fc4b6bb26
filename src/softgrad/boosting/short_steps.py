"""A target far wider than the steps that a loss takes: trees would learn next to nothing."""

from __future__ import annotations

import warnings

import numpy as np

from softgrad.boosting.point import Point
from softgrad.layer import OutputLayer

# A hundred trees at a learning rate of 0.1 go ten steps.
_STEPS = 100.0
_ROWS = 1000


def may_be_short(layer: OutputLayer) -> bool:
    """Whether scores are values, in the unit of the target."""
    return layer.activation.link == "identity" and layer.loss.target_kind == "entries"


def warn_of_short_steps(point: Point, gradient: np.ndarray, bends: np.ndarray) -> None:
    """Look at a thousand rows: how many Newton steps are half of the targets away, or more?

    Warns:
        UserWarning: more than 100.
    """
    some = slice(None, None, max(1, len(point.scores) // _ROWS))
    target = np.asarray(point.target)[some]
    with np.errstate(all="ignore"):
        distance = np.abs(point.scores[some] - target)
        step = np.nan_to_num(np.abs(gradient[some]) / bends[some], nan=np.inf, posinf=np.inf)
    if np.median(distance) / _STEPS > np.median(step):
        warnings.warn(
            f"most targets are more than {_STEPS:g} steps of {point.layer.loss!r} away, each as "
            "long as gradient / curvature, before the learning rate: trees will learn next to "
            "nothing. Divide the target by its spread, give the loss a wider scale (delta), or "
            "start from base_score",
            UserWarning,
            stacklevel=2,
        )
