"""NetworkClassifier: any output layer of classes on a small network."""

from __future__ import annotations

from typing import Any, Self, final

import numpy as np

from softgrad.errors import ParameterError, TargetError
from softgrad.sklearn.classifier import OutputLayerClassifier
from softgrad.sklearn.estimator import read_weights
from softgrad.sklearn.network.model import NetworkModel
from softgrad.sklearn.rows import Rows


@final
class NetworkClassifier(OutputLayerClassifier, NetworkModel):
    """Dense layers into any activation with any loss of classes, trained by `softgrad.nn`.

    Networks learn best where each input is of size 1: put a StandardScaler before it. Inputs are
    dense; make sparse ones small and dense first (TruncatedSVD), or take LinearClassifier.

    Args:
        hidden: the width of each hidden layer; () for a linear map.
        hidden_activation: what follows each: any activation, or its name.
        activation: of the output: an activation, its name, or "auto": sigmoid or softmax, or
            identity for losses of scores (hinge).
        loss: a loss, its name, or a sum such as `cross_entropy + 1e-4 * z_loss`.
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
        class_weight: None, "balanced", or {label: weight}.
        label_smoothing: e in [0, 1): a target becomes (1 - e) of itself and e of the even one.
        warm_start: whether `fit` goes on from the last one's parameters.
        random_state: of the parameters to start from, the order of rows, and the rows set aside.
        verbose: 1 shows a bar of the epochs on a terminal.

    Attributes:
        classes_: labels in sorted order.

    Example:
        >>> model = NetworkClassifier(hidden=(64,), activation="sparsemax", loss="fenchel_young")
        >>> model.fit(X, labels).predict_proba(X)
    """

    def __init__(
        self,
        hidden: Any = (64,),
        *,
        hidden_activation: Any = "relu",
        activation: Any = "auto",
        loss: Any = "cross_entropy",
        optimiser: Any = "adam",
        learning_rate: float | None = None,
        schedule: Any = "constant",
        epochs: int = 200,
        batch_size: Any = "auto",
        weight_decay: float = 0.0,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        class_weight: Any = None,
        label_smoothing: float = 0.0,
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
        self.class_weight = class_weight
        self.label_smoothing = label_smoothing
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
            y: labels (rows,), indicators (rows, classes), or shares of the classes.
            sample_weight: one weight a row.
            eval_set: (X, y), whose loss is measured after each epoch.
            eval_sample_weight: the weights of its rows.

        Raises:
            TrainingError: the loss became infinite or NaN; it says what to do.
        """
        inputs = self._read_both(X, y)
        weights = read_weights(sample_weight, inputs)
        codes, weights = self._read_classes(y, weights)
        labels = codes if self.output_.classes.kind == "labels" else None
        rows = Rows(inputs, self._target_of(codes), weights)
        return self._train(rows, eval_set, eval_sample_weight, labels)

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train one epoch over these rows, from where the last call stopped.

        Each call starts the optimiser anew, and takes the schedule's first epoch.

        Args:
            X: inputs (rows, features).
            y: as in `fit`.
            classes: all labels that will ever come, in the first call; where y has a column a
                class it is left out.
            sample_weight: one weight a row.
        """
        if isinstance(self.class_weight, str):
            raise ParameterError(
                f"class_weight is {self.class_weight!r}, of which partial_fit does not see all "
                "rows; give {label: weight}, or sample_weight"
            )
        if hasattr(self, "network_"):
            inputs = self._read_inputs(X)
            weights = read_weights(sample_weight, inputs)
            if classes is not None and not np.array_equal(np.unique(classes), self.classes_):
                raise TargetError("classes are not those of the first call of partial_fit")
            codes = self.output_.classes.encode(y)
            weights = self._weigh(codes, weights)
        else:
            inputs = self._read_both(X, y)
            weights = read_weights(sample_weight, inputs)
            codes, weights = self._read_classes(y, weights, names=classes)
        return self._go_on(Rows(inputs, self._target_of(codes), weights))

    @property
    def _label_smoothing(self) -> float:
        return self.label_smoothing
