"""A network as an estimator: what its parameters mean, its training, and how it is kept."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from numbers import Integral
from typing import Any, ClassVar, Self, cast

import numpy as np
from sklearn.utils import check_random_state

from softgrad.errors import InputTypeError, ParameterError, StorageError
from softgrad.files.schema import Reading, any_number, list_of, whole
from softgrad.layer import OutputLayer
from softgrad.nn import LBFGS, SGD, Adam, Dense, History, Network, Optimiser
from softgrad.nn import storage as network_storage
from softgrad.nn.one_thread import one_thread
from softgrad.nn.optimisers import find_optimiser
from softgrad.sklearn.estimator import OutputLayerEstimator
from softgrad.sklearn.rows import Rows
from softgrad.sklearn.validation_rows import rows_set_aside, validations_of

_ENTRY = "model.safetensors"
# Of as many rows all are one batch, as in scikit-learn.
_ONE_BATCH = 200
# Products of a few hundred columns are not worth sharing out between threads.
_NARROW = 256


class NetworkModel(OutputLayerEstimator):
    """Scores of a `softgrad.nn.Network`.

    Attributes:
        network_: the network itself.
        n_iter_: how many epochs the training took, those of `partial_fit` added up.
        loss_curve_: the mean training loss after each epoch.
        validation_loss_curve_: that of the rows that decide when to stop, or empty.
        validation_scores_: their accuracy, or R², where there is one.
    """

    _inputs: ClassVar[dict[str, Any]] = {"dtype": (np.float64, np.float32)}
    _kept: ClassVar[Mapping[str, Reading]] = {
        "n_iter_": whole(low=0),
        "loss_curve_": list_of(any_number),
        "validation_loss_curve_": list_of(any_number),
        "validation_scores_": list_of(any_number),
    }

    hidden: Any
    hidden_activation: Any
    optimiser: Any
    learning_rate: Any
    schedule: Any
    epochs: Any
    batch_size: Any
    weight_decay: Any
    early_stopping: Any
    validation_fraction: Any
    n_iter_no_change: Any
    warm_start: Any
    random_state: Any
    verbose: Any
    network_: Network
    n_iter_: int
    loss_curve_: list[float]
    validation_loss_curve_: list[float]
    validation_scores_: list[float]

    @abstractmethod
    def _validation(self, X: Any, y: Any, weights: np.ndarray | None) -> Rows:
        """Rows of an eval_set, whose inputs were read."""

    @property
    def _label_smoothing(self) -> float:
        return 0.0

    def _train(
        self, rows: Rows, eval_set: Any, eval_weights: Any, labels: np.ndarray | None
    ) -> Self:
        """Fit anew, or go on from the last fit with `warm_start`.

        Args:
            rows: to train with.
            eval_set: as `fit` was given it.
            eval_weights: likewise.
            labels: classes that rows set aside have in equal shares, where there are any.
        """
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        given = validations_of(self, eval_set, eval_weights)
        if len(given) > 1:
            raise InputTypeError(f"eval_set has {len(given)} pairs; a network measures one")
        validation = given[0] if given else None
        if self.early_stopping and validation is None:
            rows, validation = rows_set_aside(rows, self.validation_fraction, seed, labels)
        before: Network | None = getattr(self, "network_", None) if self.warm_start else None
        network = self._network(rows.X, seed)
        if before is not None and _fits(network, before):
            network.adopt(before.layout, before.parameters.copy())
        settings: dict[str, Any] = {"epochs": self.epochs}
        if validation is not None:
            X, target, weights = validation.X, validation.target, validation.weights
            settings["validation_data"] = (X, target, weights)
        if self.early_stopping:
            settings["patience"] = self.n_iter_no_change
        history = self._run(network, rows, settings)
        self.network_ = network
        self.n_iter_, self.loss_curve_ = history.epochs, history.loss
        self.validation_loss_curve_ = history.val_loss
        self.validation_scores_ = history.val_accuracy or history.val_r_squared
        return self

    def _go_on(self, rows: Rows) -> Self:
        """One epoch more, over these rows."""
        if not hasattr(self, "network_"):
            seed = int(check_random_state(self.random_state).randint(2**31 - 1))
            self.network_ = self._network(rows.X, seed)
            self.n_iter_, self.loss_curve_ = 0, []
            self.validation_loss_curve_, self.validation_scores_ = [], []
        history = self._run(self.network_, rows, {"epochs": 1})
        self.n_iter_ += history.epochs
        self.loss_curve_ = [*self.loss_curve_, *history.loss]
        return self

    def _network(self, X: Any, seed: int) -> Network:
        """A network that suits inputs and output, not trained yet."""
        columns = self.output_.columns
        output = OutputLayer(
            self.output_.activation, self.output_.loss, label_smoothing=self._label_smoothing
        )
        layers = [*self._hidden_layers(), Dense(columns)]
        return Network(layers, output, inputs=X.shape[1], dtype=X.dtype, seed=seed)

    def _hidden_layers(self) -> list[Any]:
        told = self.hidden
        widths = cast("Sequence[Any]", told) if isinstance(told, tuple | list) else [told]
        layers: list[Any] = []
        for width in widths:
            if isinstance(width, bool) or not isinstance(width, Integral) or width < 1:
                raise ParameterError(
                    f"hidden is {told!r}; expected the width of each hidden layer, such as (64, 32)"
                )
            layers += [Dense(int(width)), self.hidden_activation]
        return layers

    def _run(self, network: Network, rows: Rows, settings: dict[str, Any]) -> History:
        optimiser = self._optimiser()
        count = len(rows.target)
        if optimiser.default_batch_size is not None:
            is_small = self.batch_size == "auto" and count <= _ONE_BATCH
            settings["batch_size"] = count if is_small else _plain(self.batch_size)
        elif self.batch_size != "auto":
            raise ParameterError("optimiser 'lbfgs' sees all rows in every step: batch_size='auto'")
        settings["epochs"] = _plain(settings["epochs"])
        is_narrow = max(network.layout.widths) <= _NARROW
        with one_thread() if is_narrow else nullcontext():
            return network.fit(
                rows.X,
                rows.target,
                sample_weight=rows.weights,
                optimiser=optimiser,
                schedule=self.schedule,
                progress=bool(self.verbose),
                **settings,
            )

    def _optimiser(self) -> Optimiser:
        """The optimiser itself, or that of a name with learning rate and weight decay."""
        found = find_optimiser(self.optimiser)
        settings: dict[str, Any] = {}
        if self.learning_rate is not None:
            settings["learning_rate"] = self.learning_rate
        if self.weight_decay:
            settings["weight_decay"] = self.weight_decay
        if not settings:
            return found
        if not isinstance(self.optimiser, str):
            raise ParameterError(
                f"optimiser is {self.optimiser!r}, which has a learning rate and a weight decay of "
                "its own: leave learning_rate=None and weight_decay=0"
            )
        if isinstance(found, LBFGS) and "learning_rate" in settings:
            raise ParameterError("optimiser 'lbfgs' has no learning rate: leave learning_rate=None")
        return cast("type[SGD | Adam | LBFGS]", type(found))(**settings)

    def _scores(self, X: Any) -> np.ndarray:
        z = self.network_.predict_logits(X)
        return z[:, 0] if self.output_.columns == 1 else z

    def _payload(self) -> tuple[str, bytes]:
        return _ENTRY, network_storage.packed(self.network_)

    def _adopt_payload(self, name: str, content: bytes) -> None:
        if name != _ENTRY:
            raise StorageError(f"the model is in {name[:80]!r}; expected {_ENTRY!r}")
        network = network_storage.load(name, Network, content)
        widths = network.inputs, network.outputs
        if widths != (self.n_features_in_, self.output_.columns):
            raise StorageError(
                f"{name} has a network of {widths[0]} inputs and {widths[1]} outputs, which are "
                f"{self.n_features_in_} and {self.output_.columns} of its estimator"
            )
        self.network_ = network


def _fits(network: Network, before: Network) -> bool:
    """Whether its parameters can go on in the new one."""
    return (
        network.layers == before.layers
        and network.inputs == before.inputs
        and network.dtype == before.dtype
    )


def _plain(value: Any) -> Any:
    """A whole number as Python has it; "auto" is the optimiser's own batch."""
    if isinstance(value, str):
        if value != "auto":
            raise ParameterError(f"batch_size is {value!r}; expected 'auto' or a whole number >= 1")
        return None
    return int(value) if isinstance(value, Integral) and not isinstance(value, bool) else value
