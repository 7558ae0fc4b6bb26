"""How good predictions are: loss, accuracy, and the share of variance explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.errors import ShapeError
from softgrad.layer import OutputLayer
from softgrad.nn.targets import Targets, Task

if TYPE_CHECKING:
    from softgrad.nn.network import Network

# Entries of the widest layer that are computed at once, so that memory does not grow with rows.
_ENTRIES = 1 << 20


def in_chunks(network: Network, X: Array, use: Callable[[Array, slice], Array]) -> Array:
    """use(logits, rows) for some rows after the other, put together."""
    size = max(1, _ENTRIES // max(network.layout.widths))
    parts: list[Array] = []
    with np.errstate(all="ignore"):
        for start in range(0, max(1, X.shape[0]), size):
            rows = slice(start, start + size)
            parts.append(use(network.forward(X[rows], network.parameters), rows))
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


@np.errstate(all="ignore")
def evaluate(
    network: Network, X: Array, targets: Targets, sample_weight: Any = None
) -> dict[str, float]:
    """The mean loss and the score that suits the task, without weights in the latter."""
    if X.shape[0] == 0:
        raise ShapeError("there are no rows to evaluate")
    output = network.output
    weights = spread(sample_weight, targets, output)
    logits = in_chunks(network, X, lambda logits, _: logits)
    loss = output.value(logits, targets.array, reduction="mean", sample_weight=weights)
    return {"loss": float(loss), **score(output, logits, targets)}


def score(output: OutputLayer, logits: Array, targets: Targets) -> dict[str, float]:
    """Accuracy or R², whichever the task has."""
    predicted = output.predict(logits)
    if targets.task == "values":
        return _r_squared(predicted, targets.array)
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


def _r_squared(predicted: Array, target: Array) -> dict[str, float]:
    """1 - residual / total, summed over outputs; 0 where the target does not vary."""
    if predicted.shape != target.shape:
        return {}  # the outputs are parameters of a distribution, not the value itself
    target = target.astype(np.float64)
    total = float(np.sum(np.square(target - target.mean(axis=0))))
    residual = float(np.sum(np.square(predicted - target)))
    return {"r_squared": 1.0 - residual / total if total > 0.0 else 0.0}
