"""`y_true` as Keras hands it over (floats, of one axis more or less) for what a loss reads."""

from __future__ import annotations

from typing import Any

from softgrad.arrays.namespaces import is_known, namespace_of
from softgrad.contracts.targets import TARGETS_IN_WORDS, TargetKind, at_row, place_of_first
from softgrad.errors import TargetError
from softgrad.keras.installed import ops


def read_true(y_true: Any, y_pred: Any, kind: TargetKind) -> Any:
    """The target for logits (..., C): entries (..., C), labels or values (...), bounds (..., 2).

    An axis of length 1 at the end of either shape may be missing in the other.

    Raises:
        TargetError: any other shape, or labels that are no whole numbers.
    """
    shape, logits = tuple(y_true.shape), tuple(y_pred.shape)
    rows = logits[:-1]
    of_entries = kind not in ("row", "bounds")
    if (of_entries and shape == logits) or (kind == "bounds" and shape == (*rows, 2)):
        return y_true
    if kind != "bounds" and shape in (rows, (*rows, 1)):
        if of_entries and logits[-1:] == (1,):
            return ops.reshape(y_true, logits)
        values = y_true if shape == rows else ops.squeeze(y_true, axis=-1)
        return _labels(values) if of_entries else values
    raise TargetError(
        f"y_true has shape {shape} for y_pred of shape {logits}; expected {TARGETS_IN_WORDS[kind]}"
    )


def _labels(values: Any) -> Any:
    """As integers; what is no whole number is out of range where it cannot be looked at."""
    broken = values != ops.floor(values)
    xp = namespace_of(broken)
    if is_known(xp.any(broken)):
        label, row = place_of_first(xp, broken, values)
        raise TargetError(
            f"y_true is {float(label):g}{at_row(row)}; expected labels, whole numbers from 0"
        )
    return ops.where(broken, -1, ops.cast(values, "int32"))
