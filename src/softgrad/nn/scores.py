"""How good predictions are: accuracy, and the share of variance explained."""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.layer import OutputLayer
from softgrad.nn.targets import Targets, Task


def score(output: OutputLayer, logits: Array, targets: Targets) -> dict[str, float]:
    """Accuracy or R², whichever the task has."""
    predicted = output.predict(logits)
    if targets.task == "values":
        if predicted.shape != targets.array.shape:
            return {}  # the outputs are parameters of a distribution, not the value itself
        return {"r_squared": r_squared(predicted, targets.array)}
    found = classes(output, predicted, targets.task)
    right: Array
    if targets.labels is None:
        right = found == (np.reshape(targets.array, found.shape) > 0.5)
    else:
        right = found == targets.labels
        ignored = output.settings.get("ignore_label")
        right = right if ignored is None else right[targets.labels != ignored]
    return {"accuracy": float(right.mean()) if right.size else 0.0}


def classes(output: OutputLayer, predicted: Array, task: Task) -> Array:
    """Labels from the output: the largest entry's place, or for coins which side is likelier."""
    if task != "coins":
        return np.argmax(predicted, axis=-1)
    half = np.log(0.5) if output.activation.domain.kind == "log-coins" else 0.5
    sides = (predicted > half).astype(np.int64)
    return sides[:, 0] if sides.shape[1] == 1 else sides


def spread(sample_weight: Any, targets: Targets, output: OutputLayer) -> Any:
    """One weight a row, or with axis=() one an entry."""
    if sample_weight is None or output.settings.get("axis", -1) != ():
        return sample_weight
    weights = np.asarray(sample_weight)
    return np.broadcast_to(weights[:, None], targets.array.shape) if weights.ndim == 1 else weights


def r_squared(predicted: Array, target: Array) -> float:
    """1 - residual / total, summed over outputs; 0 where the target does not vary."""
    target = target.astype(np.float64)
    total = float(np.sum(np.square(target - target.mean(axis=0))))
    residual = float(np.sum(np.square(predicted - target)))
    return 1.0 - residual / total if total > 0.0 else 0.0
