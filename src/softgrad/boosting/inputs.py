"""What a boosting library hands over, checked before it can spoil a tree.

The libraries themselves train on a NaN, a label of -1 or a transposed array without a word.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from softgrad.boosting.given_arrays import to_numpy
from softgrad.boosting.times import bounds_of, read_bounds
from softgrad.contracts.pair_facts import takes_sides
from softgrad.contracts.target_domains import check_labels_are_meant, domain_of_targets
from softgrad.contracts.targets import TargetKind
from softgrad.errors import DataError, InputTypeError, ShapeError, TargetError, WeightError
from softgrad.layer import OutputLayer

FlatOrder = Literal["C", "F"]


class Batch(NamedTuple):
    """Targets and weights of the rows, in the order in which the scores come."""

    target: Any
    weight: Any


def read_batch(
    first: Any, second: Any, weight: Any, kind: TargetKind = "entries"
) -> tuple[Any, Batch]:
    """Scores and batch of a call: native (scores, data set) or scikit-learn's (y, scores, w)."""
    if not callable(getattr(second, "get_label", None)):
        return second, Batch(first, weight)
    return first, read_dataset(second, kind)


def read_dataset(dataset: Any, kind: TargetKind = "entries") -> Batch:
    """Labels and weights of a DMatrix or a LightGBM Dataset; no weights come as None.

    For losses of bounds those of the DMatrix stand in the place of its labels.
    """
    given = dataset.get_weight()
    weight = None if given is None or np.size(given) == 0 else given
    bounds = bounds_of(dataset) if kind == "bounds" else None
    return Batch(dataset.get_label() if bounds is None else bounds, weight)


def read_scores(scores: Any, rows: int, columns: int, order: FlatOrder) -> np.ndarray:
    """Raw scores as (rows, columns), or (rows,) where there is one column; no copy.

    Args:
        scores: that shape, or flattened in `order` as older versions of the libraries do.
        rows: how many labels there are.
        columns: how many scores a row has.
        order: "C" where the scores of a row lie together (XGBoost), "F" where those of a class
            do (LightGBM).

    Raises:
        ShapeError: the number of columns or rows is another one.
        InputTypeError: the scores are no floating-point numbers.
    """
    array = np.asarray(scores)
    if array.dtype.kind != "f":
        raise InputTypeError(f"scores have dtype {array.dtype}; expected floating-point raw scores")
    if columns == 1:
        if array.size != rows or array.ndim > 2:
            raise ShapeError(
                f"scores have shape {array.shape} for {rows} labels; expected one score a row, "
                f"({rows},). For several classes make the objective with classes="
            )
        return array.reshape(rows)
    if array.ndim == 1 and array.size == rows * columns:
        return array.reshape((rows, columns), order=order)
    if array.shape != (rows, columns):
        raise ShapeError(
            f"scores have shape {array.shape} for {rows} labels; expected ({rows}, {columns}). "
            f"The objective was made with classes={columns}: tell the library the same number "
            "(num_class)"
        )
    return array


def takes_labels(layer: OutputLayer, columns: int) -> bool:
    """Whether labels 0..columns - 1 can stand for rows of zeros and a one."""
    output = layer.activation.domain
    try:
        for _, term in layer.loss.terms:
            check_labels_are_meant(term, domain_of_targets(term, output, columns))
    except TargetError:
        return False
    return layer.loss.target_kind != "row"


def read_target(target: Any, layer: OutputLayer, columns: int) -> np.ndarray:
    """Labels as integers, or values as they are.

    Raises:
        TargetError: labels are not whole, not in 0..columns - 1, NaN, or values that the loss is
            not defined for.
        InputTypeError: labels are texts.
    """
    array = to_numpy(target)
    if array.dtype.kind not in "fiub":
        raise InputTypeError(
            f"labels have dtype {array.dtype}; expected numbers. "
            "Encode them with sklearn.preprocessing.LabelEncoder"
        )
    if layer.loss.target_kind == "bounds":
        return read_bounds(array)
    if columns == 1:
        return _checked_values(array.reshape(-1), layer)
    if array.ndim == 1 and layer.loss.target_kind != "row":
        for _, term in layer.loss.terms:
            output = layer.activation.domain
            check_labels_are_meant(term, domain_of_targets(term, output, columns))
        return _checked_labels(array, columns)
    return _checked_values(array, layer)


def _checked_labels(array: np.ndarray, classes: int) -> np.ndarray:
    # Above 2^31 a cast would wrap around, so the range is looked at first.
    low, high = (array.min(), array.max()) if array.size else (0, 0)
    if not (low >= 0 and high <= classes - 1):
        wrong = array[~((array >= 0) & (array <= classes - 1))][0]
        raise TargetError(
            f"labels go from {low:g} to {high:g} (first wrong one: {wrong:g}); expected whole "
            f"numbers 0..{classes - 1} for classes={classes}. "
            "Encode them with sklearn.preprocessing.LabelEncoder, or give the right classes="
        )
    labels = array.astype(np.int32)
    if array.dtype.kind == "f" and not np.array_equal(labels, array):
        wrong = array[labels != array][0]
        raise TargetError(
            f"label {wrong:g} is no whole number; expected 0..{classes - 1}. For soft targets "
            "give one column a class"
        )
    return labels


def _checked_values(array: np.ndarray, layer: OutputLayer) -> np.ndarray:
    if not np.isfinite(array).all():
        raise TargetError("labels have NaN or infinite entries; drop those rows")
    low, high = (array.min(), array.max()) if array.size else (0.0, 0.0)
    if takes_sides(layer.activation, layer.loss) and not (low >= 0.0 and high <= 1.0):
        raise TargetError(
            f"labels go from {low:g} to {high:g}; one score a row is a probability, whose labels "
            "are 0 and 1 (or between). For -1 and 1 use (y + 1) / 2, for more classes softmax "
            "with classes="
        )
    columns = array.shape[1] if array.ndim == 2 else 1
    for _, term in layer.loss.terms:
        domain = domain_of_targets(term, layer.activation.domain, columns)
        if array.size and not (domain.has(float(low)) and domain.has(float(high))):
            raise TargetError(
                f"labels go from {low:g} to {high:g}; {term!r} takes labels in {domain.interval} "
                f"({domain.name})"
            )
    return array


def read_weights(weights: Any, rows: int) -> np.ndarray | None:
    """One weight a row, or None.

    Raises:
        WeightError: another number of them, a negative, NaN or infinite one, or only zeros.
    """
    if weights is None:
        return None
    array = to_numpy(weights)
    if array.shape != (rows,):
        raise WeightError(f"sample_weight has shape {array.shape}; expected one a row, ({rows},)")
    if not (np.isfinite(array).all() and (array >= 0).all()):
        raise WeightError("sample_weight has negative, infinite or NaN entries; expected all >= 0")
    if rows and not array.any():
        raise WeightError("sample_weight is 0 for every row; nothing is left to learn from")
    return array


def read_start(start: Any, scores: np.ndarray) -> np.ndarray:
    """Raw scores that training started from, to be added to what the trees give.

    Args:
        start: a number, one a column, one a row of single scores, or one an entry.
        scores: shape (rows, columns), or (rows,) of single scores.

    Raises:
        ShapeError: it has another shape.
    """
    array = to_numpy(start).astype(scores.dtype, copy=False)
    if array.size == 1:
        return array.reshape(())
    if scores.ndim == 1 and array.size == len(scores) and array.ndim <= 2:
        return array.reshape(-1)
    if array.shape in (scores.shape, scores.shape[1:]):
        return array
    raise ShapeError(
        f"base_score has shape {array.shape} for scores of shape {scores.shape}; expected one a "
        "column, or one an entry"
    )


def check_derivatives(
    gradient: np.ndarray, curvature: np.ndarray, is_bounded: bool, explanation: str
) -> float:
    """The smallest curvature; libraries answer NaN and infinity with empty trees, silently.

    Args:
        gradient: of any shape.
        curvature: of the same.
        is_bounded: whether the curvature is known not to be infinite.
        explanation: whose derivatives these are.

    Raises:
        DataError: an entry is NaN or infinite, with what to do.
    """
    if curvature.size == 0:
        return 0.0
    low = float(curvature.min())
    high = low if is_bounded else float(curvature.max())
    with np.errstate(all="ignore"):
        # A look at all of them by one thread: those of BLAS would spin beside the library's own.
        total = gradient.sum()
    is_fine = np.isfinite(low) and np.isfinite(high)
    # A sum may overflow where no entry does.
    if not (is_fine and (np.isfinite(total) or np.isfinite(gradient).all())):
        raise DataError(
            f"the derivatives of {explanation} are NaN or infinite at these scores; lower the "
            "learning rate, bound the step (max_delta_step), start from base_score, or scale the "
            "target"
        )
    return low
