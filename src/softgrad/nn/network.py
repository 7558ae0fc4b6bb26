"""A network: a model that can be trained, checked, and kept in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Unpack

from softgrad.nn import gradient_check, storage, training
from softgrad.nn.gradient_check import GradientReport
from softgrad.nn.history import History
from softgrad.nn.model import Model
from softgrad.nn.settings import FitSettings


class Network(Model):
    """Layers, and an output layer with its loss.

    Args:
        layers: layers, activations or names of activations: [Dense(64), "relu", Dense(10)].
        output: an `OutputLayer`, or the names of an activation and a loss. Training takes the
            mean over rows whatever the reduction that it was made with.
        inputs: how many inputs a row has; read from the data where it is left out.
        dtype: "float64" or "float32", for parameters and computation.
        seed: of the parameters to start from, and of the order of rows in `fit`.

    Attributes:
        parameters: all of them in one vector; `named_parameters` shows them one by one.
        task: "classes", "coins" (yes or no, for each output) or "values".
        epochs_trained: over all calls of `fit`.
        notes: anything that JSON takes; saved with the network.

    Example:
        >>> network = Network([Dense(64), "relu", Dense(10)], ("softmax", "squared_error"))
        >>> network.fit(X, labels, epochs=30).accuracy[-1]
    """

    def fit(self, X: Any, y: Any, **settings: Unpack[FitSettings]) -> History:
        """Train, from where the last call of `fit` stopped.

        Args:
            X: rows (rows, inputs), finite. Networks learn best where each input is of size 1.
            y: integer labels (rows,), or a number an output (rows, outputs), or (rows,) where
                there is one output.
            settings: see `FitSettings`.

        Raises:
            TrainingError: the loss became infinite or NaN, or grew a thousandfold. The network
                keeps the parameters of its best epoch.
            DataError, ShapeError, TargetError, InputTypeError: X or y cannot be used.
        """
        return training.fit(self, X, y, settings)

    def check_gradient(self, X: Any, y: Any, *, rows: int = 32) -> GradientReport:
        """Compare the gradient by every parameter with finite differences, over the first `rows`.

        Rows and targets are as in `fit`; see `GradientReport` for what comes back.
        """
        return gradient_check.check_gradient(self, X, y, rows)

    def save(self, path: str | Path) -> Path:
        """Write parameters and description to a safetensors file, all or nothing."""
        return storage.save(self, path)

    @classmethod
    def load(cls, path: str | Path) -> Network:
        """Read what `save` wrote.

        Raises:
            StorageError: there is no such file, or it is something else, or it is damaged.
        """
        return storage.load(path, Network)
