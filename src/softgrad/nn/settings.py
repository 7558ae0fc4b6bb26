"""What `fit` may be told, and the checks of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

from softgrad.errors import InputTypeError, ParameterError
from softgrad.nn.history import History
from softgrad.nn.optimiser import Optimiser
from softgrad.nn.schedules import Schedule


class FitSettings(TypedDict, total=False):
    """What `Network.fit` may be told.

    With the defaults, [Dense(64), "relu", Dense(10)] reads at least 96 % of held-out digits
    (scikit-learn's, divided by 16) with most pairs; tests/nn/test_fit.py has examples. Outputs that
    are flat where they are wrong (sparsemax, entmax, relu) learn little from any loss but
    `fenchel_young`, and coins little from `true_class_error`. A softmax inside wants a learning
    rate of 0.02.

    Keys:
        epochs: how often each row is seen; 60.
        batch_size: rows a step; 32, or all of them for LBFGS.
        optimiser: an `Optimiser`, or "adam" (the default), "sgd", "lbfgs".
        schedule: a `Schedule`, or "constant" (the default), "cosine", "linear", "step".
        validation_data: (X, y), or (X, y, weights), to measure after each epoch.
        validation_split: the share of rows, drawn by the seed, to set aside for that instead.
        sample_weight: one weight a row of the training data.
        shuffle: whether each epoch has its own order of rows; True.
        seed: of that order and of the split; the network's own by default.
        patience: stop after that many epochs without a lower validation loss (training loss
            without validation data), and go back to the best parameters.
        checkpoint: a file for the parameters: the best so far while training runs, at most
            every ten seconds; at the end, however it comes, those that the network is left with.
        progress: whether to show a bar if standard error is a terminal; True.
        callback: called with the history after each epoch.
    """

    epochs: int
    batch_size: int | None
    optimiser: str | Optimiser
    schedule: str | Schedule
    validation_data: tuple[Any, Any] | tuple[Any, Any, Any] | None
    validation_split: float
    sample_weight: Any
    shuffle: bool
    seed: int | None
    patience: int | None
    checkpoint: str | Path | None
    progress: bool
    callback: Callable[[History], None] | None


def check_fit_settings(settings: FitSettings) -> None:
    """Raise for a setting that is unknown or outside its range."""
    unknown = [name for name in settings if name not in FitSettings.__annotations__]
    if unknown:
        known = ", ".join(FitSettings.__annotations__)
        raise InputTypeError(f"fit has no setting {unknown[0]!r}; known: {known}")
    for name in ("epochs", "batch_size", "patience"):
        value = settings.get(name, 1)
        if value is None and name != "epochs":
            continue
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ParameterError(f"{name} is {value!r}; expected a whole number >= 1")
    split = settings.get("validation_split", 0.0)
    if not 0.0 <= split < 1.0:
        raise ParameterError(f"validation_split is {split!r}; expected 0 <= share < 1")
    if split and settings.get("validation_data") is not None:
        raise ParameterError("give validation_data or validation_split, not both")
