"""What prediction from raw rows needs, as it is saved with a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from softgrad.errors import DataError
from softgrad.nn.data.dataset import Dataset
from softgrad.nn.data.scale import Scale


def notes_of(data: Dataset, inputs: Scale, targets: Scale | None = None) -> dict[str, Any]:
    """For `Network.notes`: names of inputs and classes, and how both were brought to size 1."""
    notes: dict[str, Any] = {
        "data": data.name,
        "features": list(data.features),
        "classes": list(data.classes),
        "input_centre": inputs.centre.tolist(),
        "input_spread": inputs.spread.tolist(),
    }
    if targets is not None:
        notes["target_centre"] = float(targets.centre)
        notes["target_spread"] = float(targets.spread)
    return notes


def scales_in(notes: Mapping[str, Any]) -> tuple[Scale, Scale | None]:
    """The scales of inputs and of targets (None: as they are) that `notes_of` put down.

    Raises:
        DataError: the notes have none.
    """
    if not {"input_centre", "input_spread"} <= set(notes):
        raise DataError("these notes say nothing of how inputs were scaled; see notes_of")
    inputs = Scale(*(np.asarray(notes[f"input_{name}"]) for name in ("centre", "spread")))
    if "target_centre" not in notes:
        return inputs, None
    return inputs, Scale(*(np.asarray(notes[f"target_{name}"]) for name in ("centre", "spread")))
