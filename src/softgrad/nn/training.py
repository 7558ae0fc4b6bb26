"""The training loop: batches, the end of an epoch, and every way in which training can end."""

from __future__ import annotations

import math
from contextlib import suppress
from itertools import pairwise
from time import monotonic
from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array, as_like, as_operand
from softgrad.errors import ParameterError, ShapeError, StorageError, TrainingError
from softgrad.layer.weights import sample_weights
from softgrad.nn import storage
from softgrad.nn.history import History
from softgrad.nn.model import Model
from softgrad.nn.optimisers import Adam, find_optimiser
from softgrad.nn.progress import Progress
from softgrad.nn.schedules import Constant, find_schedule
from softgrad.nn.scores import spread
from softgrad.nn.settings import FitSettings, check_fit_settings
from softgrad.nn.targets import Rows

# A loss that grew by this factor since the start will not come back.
_DIVERGED = 1e3
_SECONDS_BETWEEN_CHECKPOINTS = 10.0
_ADVICE = (
    "try a learning rate ten times lower, scale the inputs, (X - mean) / standard deviation, "
    "and the targets where they are values, or warm the learning rate up"
)


class Training:
    """One call of `fit`; to an optimiser it is a `Run`.

    Attributes:
        history: what happened so far.
    """

    def __init__(self, network: Model, data: Rows, settings: FitSettings) -> None:
        self.network = network
        self.parameters = network.parameters
        self.decays = network.layout.decays
        self.epochs = settings.get("epochs", 60)
        self.schedule = find_schedule(settings.get("schedule", Constant()))
        self.optimiser = find_optimiser(settings.get("optimiser", Adam()))
        self.history = History()
        self._settings = settings
        seed = settings.get("seed")
        self._seed = network.seed if seed is None else seed
        checkpoint = settings.get("checkpoint")
        if checkpoint is not None:
            storage.check_can_save(network, checkpoint)
        self._data, self._validation = self._split(data)
        self._size = settings.get("batch_size") or self.optimiser.default_batch_size
        self._best = self.parameters.copy()
        self._start = network.measure(*self._data)["loss"]
        if not math.isfinite(self._start):
            raise TrainingError(
                f"the loss is {self._start:g} before the first step: the inputs are too large "
                f"(scale them), or a target is where {network.output!r} is infinite"
            )
        self._progress = Progress(self.epochs, settings.get("progress", True))
        self._last_checkpoint = monotonic()
        self._epoch_began = monotonic()

    # -- what an optimiser asks for -----------------------------------------------------------

    def batches(self, epoch: int) -> list[Rows]:
        """All rows, in an order of this epoch's own, in batches of nearly equal size."""
        rows = self._data.X.shape[0]
        ordered = self._data
        count = 1 if self._size is None else math.ceil(rows / self._size)
        if self._settings.get("shuffle", True) and count > 1:
            rng = np.random.default_rng([self._seed, self.network.epochs_trained])
            ordered = self._data.take(rng.permutation(rows))
        edges = [rows * i // count for i in range(count + 1)]
        return [ordered.take(slice(a, b)) for a, b in pairwise(edges)]

    def value_and_gradient(self, batch: Rows, epoch: int, index: int) -> tuple[float, Array]:
        """The batch's mean loss and its gradient, which must be finite."""
        weights = spread(batch.weights, batch.targets, self.network.output)
        loss, gradient = self.network.value_and_gradient(
            batch.X, batch.targets.array, sample_weight=weights
        )
        if not math.isfinite(loss) or not np.all(np.isfinite(gradient)):
            what = f"loss is {loss:g}" if not math.isfinite(loss) else "gradient is not finite"
            raise TrainingError(f"the {what} in epoch {epoch + 1}, batch {index + 1}; {_ADVICE}")
        return loss, gradient

    def end_epoch(self, learning_rate: float | None) -> bool:
        """Measure, remember the best parameters, and say whether to stop."""
        history = self.history
        history.add(self._measure())
        if learning_rate is not None:
            history.learning_rate.append(learning_rate)
        now = monotonic()
        history.seconds.append(now - self._epoch_began)
        self._epoch_began = now
        self.network.epochs_trained += 1
        self._check_still_sane()
        self._remember_best()
        self._progress.epoch_ended(history)
        callback = self._settings.get("callback")
        if callback is not None:
            callback(history)
        patience = self._settings.get("patience")
        history.stopped_early = (
            patience is not None and history.epochs - history.best_epoch >= patience
        )
        return history.stopped_early

    # -- how training ends ----------------------------------------------------------------------

    def run(self) -> History:
        """Train. Whatever happens, the network is left with usable parameters."""
        history = self.history
        try:
            with np.errstate(all="ignore"):
                self.optimiser.run(self)
            history.message = f"trained for {history.epochs} epochs"
            if self._settings.get("patience") is not None:
                self._restore_best()
                early = "stopped early" if history.stopped_early else "trained"
                history.message = f"{early} after {history.epochs} epochs; {self._kept()}"
        except KeyboardInterrupt:
            history.interrupted = True
            if history.best_epoch:
                self._restore_best()
            history.message = f"interrupted in epoch {history.epochs + 1}; {self._kept()}"
        except TrainingError as error:
            self._restore_best()
            saved = self._save()
            history.message = f"{error}. {self._kept()}{saved}"
            raise TrainingError(history.message) from None
        finally:
            self._progress.close()
        history.message += self._save()
        if history.interrupted:
            self._progress.insist(history.message)
        else:
            self._progress.say(history.message)
        return history

    # -- how it is done -------------------------------------------------------------------------

    def _measure(self) -> dict[str, float]:
        found = self.network.measure(*self._data)
        if self._validation is None:
            return found
        validation = self.network.measure(*self._validation)
        return {**found, **{f"val_{name}": value for name, value in validation.items()}}

    def _check_still_sane(self) -> None:
        loss, epoch = self.history.loss[-1], self.history.epochs
        if not math.isfinite(loss):
            raise TrainingError(f"the loss is {loss:g} after epoch {epoch}; {_ADVICE}")
        if loss > _DIVERGED * max(self._start, 1.0):
            raise TrainingError(
                f"training diverges: the loss was {self._start:.4g} at the start and is "
                f"{loss:.4g} after epoch {epoch}; {_ADVICE}"
            )

    def _remember_best(self) -> None:
        history = self.history
        latest, best = history.monitored[-1], history.monitored[history.best_epoch - 1]
        if history.best_epoch and not latest < best:  # a validation loss may be NaN
            return
        history.best_epoch = history.epochs
        self._best[...] = self.parameters
        if monotonic() - self._last_checkpoint > _SECONDS_BETWEEN_CHECKPOINTS:
            with suppress(StorageError):  # a full disk ends no training: at its end it is an error
                self._save()

    def _restore_best(self) -> None:
        self.parameters[...] = self._best

    def _kept(self) -> str:
        best = self.history.best_epoch
        if not best:
            return "the parameters are those of before the first epoch's end"
        name = "val_loss" if self.history.val_loss else "loss"
        return (
            f"the parameters are those of the best epoch, {best} "
            f"({name} {self.history.monitored[best - 1]:.4g})"
        )

    def _save(self) -> str:
        path = self._settings.get("checkpoint")
        if path is None:
            return ""
        self.history.checkpoint = storage.save(self.network, path).resolve()
        self._last_checkpoint = monotonic()
        return f"; saved to {self.history.checkpoint}"

    def _split(self, data: Rows) -> tuple[Rows, Rows | None]:
        given = self._settings.get("validation_data")
        if given is not None:
            X, targets = self.network.read(given[0], given[1])
            if X.shape[0] == 0:
                raise ShapeError("validation_data has no rows")
            return data, Rows(X, targets, read_weights(given[2] if len(given) > 2 else None, X))
        share, rows = self._settings.get("validation_split", 0.0), data.X.shape[0]
        if not share:
            return data, None
        aside = max(1, round(share * rows))
        if aside >= rows:
            raise ParameterError(
                f"validation_split {share} of {rows} rows leaves none to train with"
            )
        order = np.random.default_rng([self._seed]).permutation(rows)
        return data.take(np.sort(order[aside:])), data.take(np.sort(order[:aside]))


def read_weights(weights: Any, X: Array) -> Array | None:
    """One weight a row of X, checked, or None."""
    if weights is None:
        return None
    weights = as_like(weights, as_operand(X, "X"), "sample_weight")
    return sample_weights(weights, as_operand(X, "X"), (X.shape[0],))


def fit(network: Model, X: Any, y: Any, settings: FitSettings) -> History:
    """Train a network; see `Network.fit`."""
    check_fit_settings(settings)
    rows, targets = network.read(X, y)
    if rows.shape[0] == 0:
        raise ShapeError("there are no rows to train with")
    weights = read_weights(settings.get("sample_weight"), rows)
    network.task = targets.task
    return Training(network, Rows(rows, targets, weights), settings).run()
