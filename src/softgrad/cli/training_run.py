"""One training from data to verdict, step by step as it is printed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

import numpy as np

from softgrad.cli.failure import CommandError
from softgrad.cli.selection import (
    select_activation,
    select_loss,
    split_spelling,
    with_values,
)
from softgrad.cli.terminal import say
from softgrad.cli.training_report import Verdict, draw, judge, show
from softgrad.cli.training_weights import class_weights
from softgrad.contracts.domains import REAL
from softgrad.experiments.datasets import Dataset, Scale, replace_labels
from softgrad.experiments.threads import one_thread
from softgrad.layer import OutputLayer
from softgrad.layer.options import Settings
from softgrad.nn import Dense, History, Network
from softgrad.nn.optimisers import Optimiser, find_optimiser
from softgrad.nn.schedules import find_schedule


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The options of `softgrad train`, as they were given."""

    activation: str | None
    loss: str
    hidden: str
    hidden_activation: str
    epochs: int
    batch_size: int | None
    learning_rate: float | None
    optimiser: str
    schedule: str
    patience: int | None
    label_smoothing: float
    margin: float
    class_weight: str | None
    label_noise: float
    held_out: float
    validation: float
    seed: int
    model: Path
    picture: Path


def run(data: Dataset, plan: Plan) -> bool:
    """Train, test, save and draw; False if Ctrl-C ended it early."""
    output = _output(data, plan)
    train, test = data.split(plan.held_out, plan.seed)
    scale = Scale.of_inputs(train)
    targets = _training_targets(train, plan)
    target_scale = _target_scale(train, output)
    network = Network(_layers(data, output, plan), output, seed=plan.seed)
    network.notes = _notes(data, scale, target_scale)
    optimiser, schedule = _optimiser(plan), find_schedule(plan.schedule.replace("-", "_"))

    what = f"{len(data.classes)} classes" if data.classes else f"{data.target_name}: values"
    say(
        f"{data.name}: {data.inputs.shape[1]} inputs, {what}; "
        f"{len(train.targets)} rows to train on, {len(test.targets)} held out"
    )
    X, y = scale.apply(train.inputs), target_scale.apply(targets) if target_scale else targets
    with one_thread():
        network.build(X.shape[1])
        shape = " → ".join(str(width) for width in _widths(network))
        say(f"network {shape}, {output.activation!r} × {output.loss!r}")
        say(str(network.check_gradient(X, y)))
        history = network.fit(
            X,
            y,
            epochs=plan.epochs,
            batch_size=plan.batch_size,
            optimiser=optimiser,
            schedule=schedule,
            patience=plan.patience,
            validation_split=plan.validation,
            checkpoint=plan.model,
            callback=_progress_lines(plan.epochs),
        )
    if history.interrupted:
        print(f"softgrad: {history.message}", file=sys.stderr)
        return False
    verdict = judge(network, scale.apply(test.inputs), test, target_scale)
    _finish(history, verdict, data, plan, output)
    return True


def _finish(
    history: History, verdict: Verdict, data: Dataset, plan: Plan, output: OutputLayer
) -> None:
    show(verdict, data)
    title = f"{data.name}: {output.activation!r} × {output.loss!r}"
    draw(history, verdict, data, title, plan.picture)
    say(f"model: {plan.model}")
    say(f"picture: {plan.picture}")


def _output(data: Dataset, plan: Plan) -> OutputLayer:
    activation = select_activation(
        plan.activation or ("softmax" if data.classes else "identity"), "--activation"
    )
    if not data.classes:
        _refuse_for_values(data, plan)
        if "simplex" in activation.domain.kind:
            raise CommandError(
                f"{activation.name} gives {activation.domain}; the target of {data.name} is "
                "values: use an activation such as identity, or --task classes"
            )
    settings: Settings = {"label_smoothing": plan.label_smoothing, "margin": plan.margin}
    weights = class_weights(plan.class_weight, data)
    if weights is not None:
        settings["class_weight"] = weights
    # Only what was asked for, so that the layer's name stays short.
    chosen = cast(Settings, {name: value for name, value in settings.items() if value})
    return OutputLayer(activation, select_loss(plan.loss), **chosen)


def _refuse_for_values(data: Dataset, plan: Plan) -> None:
    given = {
        "--label-smoothing": plan.label_smoothing,
        "--margin": plan.margin,
        "--class-weight": plan.class_weight,
        "--label-noise": plan.label_noise,
    }
    for option, value in given.items():
        if value:
            raise CommandError(f"{option} is for classes; the target of {data.name} is values")


def _layers(data: Dataset, output: OutputLayer, plan: Plan) -> list[Any]:
    try:
        units = [int(part) for part in plan.hidden.split(",") if part.strip()]
    except ValueError:
        units = [-1]
    if units == [0]:
        units = []
    elif any(unit < 1 for unit in units):
        raise CommandError(
            f"--hidden {plan.hidden}: expected numbers such as 128,64, or 0 for none"
        )
    between = select_activation(plan.hidden_activation, "--hidden-activation")
    layers: list[Any] = []
    for unit in units:
        layers += [Dense(unit), between]
    # A distribution of one observed value has two parameters: mean and log-variance.
    values = 2 if output.loss.target_kind == "row" else 1
    return [*layers, Dense(len(data.classes) or values)]


def _widths(network: Network) -> list[int]:
    units = [layer.units for layer in network.layers if isinstance(layer, Dense)]
    return [network.inputs, *units]


def _optimiser(plan: Plan) -> Optimiser:
    name, values = split_spelling(plan.optimiser, "--optimiser")
    found = find_optimiser(name.lower())
    if plan.learning_rate is not None:
        if "learning_rate" not in {one.name for one in fields(found)}:  # pyright: ignore[reportArgumentType]
            raise CommandError(f"--learning-rate: {name} finds its own step length")
        values["learning_rate"] = plan.learning_rate
    return with_values(found, values, name)


def _training_targets(train: Dataset, plan: Plan) -> np.ndarray:
    if not plan.label_noise:
        return train.targets
    rng = np.random.default_rng([plan.seed, 1])
    return replace_labels(train.targets, len(train.classes), plan.label_noise, rng)


def _target_scale(train: Dataset, output: OutputLayer) -> Scale | None:
    """Values of any size are standardised, where activation and loss take any real value."""
    takes_any = output.activation.domain == REAL and all(
        REAL in term.accepts for _, term in output.loss.terms
    )
    return Scale.of(train.targets) if not train.classes and takes_any else None


def _notes(data: Dataset, scale: Scale, target_scale: Scale | None) -> dict[str, Any]:
    """What prediction from raw rows needs; it is saved with the network."""
    notes: dict[str, Any] = {
        "data": data.name,
        "features": list(data.features),
        "classes": list(data.classes),
        "input_centre": scale.centre.tolist(),
        "input_spread": scale.spread.tolist(),
    }
    if target_scale is not None:
        notes["target_centre"] = float(target_scale.centre)
        notes["target_spread"] = float(target_scale.spread)
    return notes


def _progress_lines(epochs: int) -> Callable[[History], None] | None:
    """About ten lines where no progress bar can be drawn."""
    if sys.stderr.isatty():
        return None

    def show_epoch(history: History) -> None:
        done = history.epochs
        if done != 1 and done != epochs and done % max(1, epochs // 10):
            return
        latest = history.latest()
        parts = [
            f"{title} {latest[name]:.4f}"
            for name, title in (
                ("loss", "loss"),
                ("accuracy", "accuracy"),
                ("r_squared", "R²"),
                ("val_loss", "| validation loss"),
                ("val_accuracy", "accuracy"),
                ("val_r_squared", "R²"),
            )
            if name in latest
        ]
        say(f"epoch {done:>{len(str(epochs))}}/{epochs}  {'  '.join(parts)}")

    return show_epoch
