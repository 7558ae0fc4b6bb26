"""What the first round would fail at, found when an objective is made."""

from __future__ import annotations

import numpy as np

from softgrad.boosting.curvature import find_curvature
from softgrad.boosting.point import Library, Point
from softgrad.errors import ParameterError
from softgrad.layer import OutputLayer


def one_target(layer: OutputLayer, columns: int) -> np.ndarray:
    """A target of the kind that the layer takes, of one row."""
    if layer.loss.target_kind == "bounds":
        return np.ones((1, 2))
    return np.zeros(1, dtype=np.int32 if _is_labelled(layer, columns) else np.float64)


def try_one_row(layer: OutputLayer, columns: int, curvature: str, library: Library) -> None:
    """Raise for options that the first round would be refused for.

    Raises:
        CapabilityError: the layer has no such curvature.
        ParameterError: the loss is infinite for labels.
    """
    row = np.zeros((1, columns) if columns > 1 else 1)
    point = Point(layer, row, one_target(layer, columns), None, library)
    with np.errstate(all="ignore"):
        bends = find_curvature(curvature).diagonal(point)
    if _is_labelled(layer, columns) and not np.isfinite([point.gradient, bends]).all():
        raise ParameterError(
            f"{layer.loss!r} is infinite for labels, which give the other classes a "
            "probability of 0; use label_smoothing=0.1, or targets of one number an entry"
        )


def has_dead_classes(layer: OutputLayer) -> bool:
    """Whether probabilities of 0 occur that the loss was not made for."""
    domain = layer.activation.domain
    is_made_for_it = all(term.needs_potential for _, term in layer.loss.terms)
    return domain.kind == "simplex" and domain.has_low and not is_made_for_it


def _is_labelled(layer: OutputLayer, columns: int) -> bool:
    return columns > 1 and layer.loss.target_kind != "row"
