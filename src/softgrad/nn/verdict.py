"""How a trained network did on rows that were held out: right and wrong, in the data's own unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softgrad.contracts import Loss
from softgrad.losses.multi_quantile import MultiQuantile
from softgrad.nn.data.dataset import Dataset
from softgrad.nn.data.scale import Scale
from softgrad.nn.model import Model
from softgrad.nn.scores import r_squared


@dataclass(frozen=True)
class Verdict:
    """How a network did on held-out rows.

    Attributes:
        loss: the mean loss.
        counts: the confusion matrix of classes, rows being the true ones; empty for values.
        predicted, target: values in their own unit; empty for classes.
    """

    loss: float
    counts: np.ndarray
    predicted: np.ndarray
    target: np.ndarray

    @property
    def right(self) -> int:
        """How many rows were given their true class."""
        return int(np.trace(self.counts))

    @property
    def error(self) -> float:
        """The root of the mean squared error of values, in their unit."""
        predicted, target, power = self._of_size_1
        return float(np.ldexp(np.sqrt(np.mean(np.square(predicted - target))), power))

    @property
    def r_squared(self) -> float:
        """The share of the variance of values that is explained; 0 where they do not vary."""
        return r_squared(*self._of_size_1[:2])

    @property
    def _of_size_1(self) -> tuple[np.ndarray, np.ndarray, int]:
        """Predicted and true values over a power of two, whose squares floats hold."""
        power = int(np.frexp(np.max(np.abs(self.target), initial=0.0))[1])
        return np.ldexp(self.predicted, -power), np.ldexp(self.target, -power), power


def judge(network: Model, inputs: np.ndarray, test: Dataset, scale: Scale | None) -> Verdict:
    """Test the network on rows that it has not seen.

    Args:
        network: whose task is that of the data.
        inputs: of the rows of `test`, scaled as in training.
        test: the rows.
        scale: of the targets in training; None for as they are.
    """
    targets = scale.apply(test.targets) if scale else test.targets
    loss = network.evaluate(inputs, targets)["loss"]
    nothing = np.zeros(0)
    if test.classes:
        n = len(test.classes)
        counts = np.zeros((n, n), dtype=np.int64)
        # Outputs that are coins of their own compete as classes do: the likeliest wins.
        found = np.argmax(network.predict(inputs), axis=1)
        np.add.at(counts, (test.targets, found), 1)
        return Verdict(loss, counts, nothing, nothing)
    predicted = network.predict(inputs)[:, column_of_value(network.output.loss)]
    return Verdict(
        loss, np.zeros((0, 0)), scale.undo(predicted) if scale else predicted, test.targets
    )


def column_of_value(loss: Loss) -> int:
    """The output that stands for the value: a mean comes first, a median where its level is."""
    levels = next((term.tau for _, term in loss.terms if isinstance(term, MultiQuantile)), (0.5,))
    return int(np.argmin(np.abs(np.asarray(levels) - 0.5)))
