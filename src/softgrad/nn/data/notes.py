"""What prediction from raw rows needs, as it is saved with a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from softgrad.errors import DataError
from softgrad.files.schema import list_of, number, text
from softgrad.nn.data.dataset import Dataset
from softgrad.nn.data.scale import Scale
from softgrad.nn.data.schema import TableSchema


def notes_of(data: Dataset, inputs: Scale, targets: Scale | None = None) -> dict[str, Any]:
    """For `Network.notes`: columns, names of classes, and how all was brought to size 1."""
    notes: dict[str, Any] = {
        "data": data.name,
        "features": list(data.features),
        "classes": list(data.classes),
        "input_centre": inputs.centre.tolist(),
        "input_spread": inputs.spread.tolist(),
        "table": data.filled().table_schema.as_notes(),
    }
    if targets is not None:
        notes["target_centre"] = float(targets.centre)
        notes["target_spread"] = float(targets.spread)
    return notes


def scales_in(notes: Mapping[str, Any]) -> tuple[Scale, Scale | None]:
    """The scales of inputs and of targets (None: as they are) that `notes_of` put down.

    Raises:
        DataError: the notes have none.
        StorageError: they are no numbers.
    """
    if not {"input_centre", "input_spread"} <= set(notes):
        raise DataError("these notes say nothing of how inputs were scaled; see notes_of")
    numbers = list_of(number())
    inputs = Scale(
        *(np.asarray(numbers(notes[one], one)) for one in ("input_centre", "input_spread"))
    )
    if "target_centre" not in notes:
        return inputs, None
    read = number()
    return inputs, Scale(
        *(np.asarray(read(notes.get(one), one)) for one in ("target_centre", "target_spread"))
    )


def schema_in(notes: Mapping[str, Any]) -> tuple[TableSchema, tuple[str, ...]]:
    """The columns and the names of the classes (none: values) that `notes_of` put down.

    Raises:
        DataError: the notes have none.
        StorageError: they are something else.
    """
    if "table" not in notes or "classes" not in notes:
        raise DataError("these notes say nothing of the columns of a table; see notes_of")
    schema = TableSchema.from_notes(notes["table"])
    return schema, tuple(list_of(text)(notes["classes"], "classes"))
