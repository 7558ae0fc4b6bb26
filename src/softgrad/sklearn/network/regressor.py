"""NetworkRegressor: any output layer of values on a small network."""

from __future__ import annotations

from typing import Any, Self, final

import numpy as np

from softgrad.sklearn.estimator import read_weights
from softgrad.sklearn.network.model import NetworkModel
from softgrad.sklearn.regressor import OutputLayerRegressor
from softgrad.sklearn.rows import Rows
from softgrad.sklearn.value_output import read_values


@final
class NetworkRegressor(OutputLayerRegressor, NetworkModel):
    """Dense layers into any activation with any loss of values, trained by `softgrad.nn`.

    Networks learn best where each input, and each value, is of size 1: put a StandardScaler before
    it, and a TransformedTargetRegressor around it. Inputs are dense.

    Args:
        hidden: the width of each hidden layer; () for a linear map.
        hidden_activation: what follows each: any activation, or its name.
        activation: of the output: "identity", "exp" for rates, "softplus", ...
        loss: a loss or its name: "squared_error", "huber", "poisson", "quantile",
            "multi_quantile" and "gaussian" (which have several scores for one value).
        optimiser: "adam", "sgd", "lbfgs", or an optimiser of `softgrad.nn`.
        learning_rate: of an optimiser by name; None for its own.
        schedule: "constant", "cosine", "linear", "step", or a schedule of `softgrad.nn`.
        epochs: how often each row is seen, at most.
        batch_size: rows a step; "auto": all of up to 200, else 32.
        weight_decay: of an optimiser by name; weights shrink by it, biases do not.
        early_stopping: whether to stop where the loss of `eval_set`, or of a share of the rows
            that is set aside, no longer falls, and keep the best epoch's parameters.
        validation_fraction: that share.
        n_iter_no_change: for so many epochs.
        warm_start: whether `fit` goes on from the last one's parameters.
        random_state: of the parameters to start from, the order of rows, and the rows set aside.
        verbose: 1 shows a bar of the epochs on a terminal.

    Example:
        >>> NetworkRegressor(loss="gaussian").fit(X, y).predict(X, return_std=True)
    """

    def __init__(
        self,
        hidden: Any = (64,),
        *,
        hidden_activation: Any = "relu",
        activation: Any = "identity",
        loss: Any = "squared_error",
        optimiser: Any = "adam",
        learning_rate: float | None = None,
        schedule: Any = "constant",
        epochs: int = 200,
        batch_size: Any = "auto",
        weight_decay: float = 0.0,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        warm_start: bool = False,
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        self.hidden = hidden
        self.hidden_activation = hidden_activation
        self.activation = activation
        self.loss = loss
        self.optimiser = optimiser
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.epochs = epochs
        self.batch_size = batch_size
        self.weight_decay = weight_decay
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        eval_set: Any = None,
        eval_sample_weight: Any = None,
    ) -> Self:
        """Train.

        Args:
            X: inputs (rows, features).
            y: values (rows,), or (rows, outputs).
            sample_weight: one weight a row.
            eval_set: (X, y), whose loss is measured after each epoch.
            eval_sample_weight: the weights of its rows.

        Raises:
            TrainingError: the loss became infinite or NaN; it says what to do.
        """
        inputs = self._read_both(X, y)
        weights = read_weights(sample_weight, inputs)
        rows = Rows(inputs, self._read_values(y), weights)
        return self._train(rows, eval_set, eval_sample_weight, None)

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train one epoch over these rows, from where the last call stopped.

        Each call starts the optimiser anew, and takes the schedule's first epoch.

        Args:
            X: inputs (rows, features).
            y: values, of as many columns as in the first call.
            sample_weight: one weight a row.
        """
        if hasattr(self, "network_"):
            inputs, values = self._read_inputs(X), read_values(y)
        else:
            inputs = self._read_both(X, y)
            values = self._read_values(y)
        return self._go_on(Rows(inputs, values, read_weights(sample_weight, inputs)))

    def _validation(self, X: Any, y: Any, weights: np.ndarray | None) -> Rows:
        return Rows(X, read_values(y, "eval_set's y"), weights)
