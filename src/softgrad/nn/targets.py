"""Rows of inputs and targets as `fit` and `evaluate` take them: checked, and what they mean."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.contracts.pair_facts import takes_sides
from softgrad.contracts.target_domains import check_bounds
from softgrad.errors import DataError, InputTypeError, ShapeError, TargetError
from softgrad.layer import OutputLayer

Task = Literal["classes", "coins", "values"]
"""One class a row; a yes or no for each entry; or numbers."""


class Targets(NamedTuple):
    """Targets in a shape that the output layer takes, and what they mean.

    Attributes:
        array: integer labels (rows,), or one number an entry (rows, outputs).
        task: what is predicted.
        labels: the class of each row where there is one, for the accuracy.
    """

    array: Array
    task: Task
    labels: Array | None


class Rows(NamedTuple):
    """Rows with their targets and weights."""

    X: Array
    targets: Targets
    weights: Array | None

    def take(self, rows: Any) -> Rows:
        """Some of the rows."""
        array, task, labels = self.targets
        picked = Targets(array[rows], task, None if labels is None else labels[rows])
        return Rows(self.X[rows], picked, None if self.weights is None else self.weights[rows])


def read_inputs(X: Any, inputs: int | None, dtype: np.dtype[np.floating]) -> Array:
    """X as a finite array (rows, inputs)."""
    try:
        array: Array = np.asarray(X)
    except ValueError as error:
        raise ShapeError(f"X is not a rectangular array: {error}") from None
    if array.dtype.kind not in "fiub":
        raise InputTypeError(f"X has dtype {array.dtype}; expected numbers")
    if array.ndim != 2:
        hint = "; one row is X[None, :], one column X[:, None]" if array.ndim == 1 else ""
        raise ShapeError(f"X has shape {array.shape}; expected (rows, inputs){hint}")
    if array.shape[1] == 0:
        raise ShapeError(f"X has shape {array.shape}: there is no input")
    if inputs is not None and array.shape[1] != inputs:
        raise ShapeError(f"X has {array.shape[1]} inputs; this network takes {inputs}")
    with np.errstate(over="ignore"):
        array = np.ascontiguousarray(array, dtype=dtype)
    _check_finite(array, "X")
    return array


def read_targets(y: Any, rows: int, outputs: int, layer: OutputLayer) -> Targets:
    """Read y for a network with that many outputs."""
    try:
        array: Array = np.asarray(y)
    except ValueError as error:
        raise ShapeError(f"y is not a rectangular array: {error}") from None
    if array.dtype.kind not in "fiub":
        raise InputTypeError(
            f"y has dtype {array.dtype}; expected numbers. Names become labels by "
            "names, labels = np.unique(y, return_inverse=True)"
        )
    along_outputs = layer.settings.get("axis", -1) in (-1, ())
    if outputs == 1 and along_outputs and any(x.compares_entries for _, x in layer.loss.terms):
        raise TargetError(
            f"{layer.loss!r} compares the entries of a row, and this network has one output a row; "
            "give it an OutputLayer with axis=0, which makes a row of each batch"
        )
    if layer.loss.target_kind == "bounds":
        return Targets(_bounds(array, rows), "values", None)
    if array.ndim not in (1, 2) or array.shape[0] != rows:
        raise TargetError(f"y has shape {array.shape}; expected ({rows},) or ({rows}, {outputs})")
    _check_finite(array, "y")
    if layer.loss.target_kind == "row":
        return Targets(array.reshape(rows), "values", None)
    if array.ndim == 1 and outputs > 1:
        return _labels(array, outputs, layer)
    if array.ndim == 1:
        array = array[:, None]
    if array.shape[1] != outputs:
        raise TargetError(f"y has shape {array.shape}; expected ({rows},) or ({rows}, {outputs})")
    array = np.ascontiguousarray(array, dtype=np.result_type(array.dtype, np.float32))
    return _entries(array, layer)


def _bounds(array: Array, rows: int) -> Array:
    """A lower and an upper bound a row, of which the upper one may be infinite."""
    if array.shape != (rows, 2):
        raise TargetError(
            f"y has shape {array.shape}; expected the lower and upper bound of each row, "
            f"({rows}, 2)"
        )
    if np.any(np.isnan(array)):
        _check_finite(np.where(np.isinf(array), 0.0, array), "y")
    check_bounds(np, array, None)
    return np.ascontiguousarray(array, dtype=np.result_type(array.dtype, np.float32))


def _labels(array: Array, outputs: int, layer: OutputLayer) -> Targets:
    if array.dtype.kind not in "iu":
        raise TargetError(
            f"y has shape {array.shape} and dtype {array.dtype}; a network with {outputs} outputs "
            f"takes integer labels 0 to {outputs - 1}, or one number an output"
        )
    labels = array.astype(np.int64)
    counted = labels != layer.settings.get("ignore_label", -1)
    ignores = layer.settings.get("ignore_label") is not None
    bad = ((labels < 0) | (labels >= outputs)) & (counted if ignores else True)
    if np.any(bad):
        row = int(np.argmax(bad))
        raise TargetError(
            f"y has label {labels[row]} in row {row}; a network with {outputs} outputs takes "
            f"labels 0 to {outputs - 1}"
        )
    return Targets(labels, "classes", labels)


def _entries(array: Array, layer: OutputLayer) -> Targets:
    coins = takes_sides(layer.activation, layer.loss)
    if coins:
        outside = (array < 0.0) | (array > 1.0)
        if np.any(outside):
            row, column = np.unravel_index(int(np.argmax(outside)), array.shape)
            raise TargetError(
                f"y is {array[row, column]:g} in row {row}; {layer.activation!r} gives the "
                "probability of a yes or no, which takes targets from 0 to 1"
            )
    one_hot = array.shape[1] > 1 and bool(
        np.all((array == 0.0) | (array == 1.0)) and np.all(array.sum(axis=1) == 1.0)
    )
    of_values = layer.loss.target_kind == "entries"
    of_classes = "simplex" in layer.activation.domain.kind or not of_values
    if coins and not one_hot:
        return Targets(array, "coins", None)
    if one_hot or (of_classes and array.shape[1] > 1):
        return Targets(array, "classes", np.argmax(array, axis=1))
    return Targets(array, "values", None)


def _check_finite(array: Array, name: str) -> None:
    finite = np.isfinite(array)
    if np.all(finite):
        return
    place = np.unravel_index(int(np.argmin(finite)), array.shape)
    where = f"row {place[0]}" + (f", column {place[1]}" if len(place) > 1 else "")
    count = int(np.size(finite) - np.count_nonzero(finite))
    raise DataError(
        f"{name} is {array[place]} in {where} ({count} such "
        f"{'entry' if count == 1 else 'entries'}); fill or remove what is missing first"
    )
