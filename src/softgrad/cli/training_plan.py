"""What `softgrad train` was told, and the parts of a network that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

from softgrad.cli.failure import CommandError
from softgrad.cli.selection import (
    select_activation,
    select_loss,
    split_spelling,
    with_values,
)
from softgrad.cli.training_weights import class_weights
from softgrad.contracts import Activation, RowLoss
from softgrad.contracts.target_domains import domain_of_targets
from softgrad.layer import OutputLayer
from softgrad.layer.options import Settings
from softgrad.nn import Dense
from softgrad.nn.data import Dataset
from softgrad.nn.optimiser import Optimiser
from softgrad.nn.optimisers import find_optimiser


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
    json_file: Path | None


def output_layer(data: Dataset, plan: Plan) -> OutputLayer:
    """Activation and loss, refused where they do not suit the targets."""
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
    loss = select_loss(plan.loss)
    of_classes = loss.targets in ("classes", "labels") and "coins" not in activation.domain.kind
    if not data.classes and of_classes:
        raise CommandError(
            f"{loss.name} is a loss of classes; the target of {data.name} is values: use a "
            "loss such as squared-error, or --task classes"
        )
    if data.classes:
        _refuse_for_classes(activation, loss, data)
    weights = class_weights(plan.class_weight, data)
    if weights is not None:
        settings["class_weight"] = weights
    # Only what was asked for, so that the layer's name stays short.
    chosen = cast(Settings, {name: value for name, value in settings.items() if value})
    return OutputLayer(activation, loss, **chosen)


def _refuse_for_classes(activation: Activation, loss: RowLoss, data: Dataset) -> None:
    """Labels stand for rows of zeros and a one, which must be targets of the loss."""
    taken = domain_of_targets(loss, activation.domain, len(data.classes))
    if loss.target_kind in ("row", "bounds") or not (taken.has(0.0) and taken.has(1.0)):
        raise CommandError(
            f"{loss.name} takes no labels; the target of {data.name} is classes: use a loss such "
            "as cross-entropy"
        )


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


def hidden_layers(data: Dataset, output: OutputLayer, plan: Plan) -> list[Any]:
    """Everything before the output layer."""
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
    # What a loss of one observed value takes: mean and log-variance, or one column a quantile.
    lengths = {term.row_length for _, term in output.loss.terms if term.row_length}
    return [*layers, Dense(len(data.classes) or max(lengths, default=1))]


def chosen_optimiser(plan: Plan) -> Optimiser:
    """The optimiser with its learning rate."""
    name, values = split_spelling(plan.optimiser, "--optimiser")
    found = find_optimiser(name.lower())
    if plan.learning_rate is not None:
        if "learning_rate" not in {one.name for one in fields(found)}:  # pyright: ignore[reportArgumentType]
            raise CommandError(f"--learning-rate: {name} finds its own step length")
        values["learning_rate"] = plan.learning_rate
    return with_values(found, values, name)
