"""One training from data to verdict, step by step as it is printed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from secrets import token_hex
from tempfile import gettempdir

import numpy as np

from softgrad.cli.failure import CommandError
from softgrad.cli.output_files import json_text, write_json
from softgrad.cli.terminal import say, tell
from softgrad.cli.training_plan import Plan, chosen_optimiser, hidden_layers, output_layer
from softgrad.cli.training_report import as_data, draw, show
from softgrad.errors import CapabilityError, StorageError
from softgrad.layer import OutputLayer
from softgrad.nn import Dense, History, Network
from softgrad.nn.data import Dataset, Scale, notes_of, replace_labels
from softgrad.nn.one_thread import one_thread
from softgrad.nn.schedules import find_schedule
from softgrad.nn.targets import read_targets
from softgrad.nn.verdict import Verdict, judge


def run(data: Dataset, plan: Plan) -> bool:
    """Train, test, save and draw; False if Ctrl-C ended it early."""
    output = output_layer(data, plan)
    train, test = data.split(plan.held_out, plan.seed)
    scale = Scale.of_inputs(train)
    targets = _training_targets(train, plan)
    target_scale = Scale.of_targets(train, output)
    network = Network(hidden_layers(data, output, plan), output, seed=plan.seed)
    network.notes = notes_of(train, scale, target_scale)
    optimiser, schedule = chosen_optimiser(plan), find_schedule(plan.schedule.replace("-", "_"))

    X, y = scale.apply(train.inputs), targets
    y = target_scale.apply(y) if target_scale else y
    network.build(X.shape[1])
    _check_targets(network, y)
    what = f"{len(data.classes)} classes" if data.classes else f"{data.target_name}: values"
    for remark in data.remarks:
        tell(f"note: {remark}", "yellow")
    tell(
        f"{data.name}: {data.inputs.shape[1]} inputs, {what}; "
        f"{len(train.targets)} rows to train on, {len(test.targets)} held out"
    )
    with one_thread():
        shape = " → ".join(str(width) for width in _widths(network))
        tell(f"network {shape}, {output.activation!r} × {output.loss!r}")
        tell(_gradient_line(network, X, y))
        try:
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
        except StorageError as error:
            raise CommandError(f"{error}; {_rescued(network, plan)}") from None
    if history.interrupted:
        return False
    verdict = judge(network, scale.apply(test.inputs), test, target_scale)
    _finish(history, verdict, data, plan, output)
    return True


def _check_targets(network: Network, y: np.ndarray) -> None:
    """Have refused what the loss is not defined for before anything is said."""
    output, rows = network.output, len(y)
    goal = read_targets(y, rows, network.outputs, output).array
    losses: np.ndarray = output.value(np.zeros((rows, network.outputs)), goal)
    if np.all(np.isposinf(losses)):
        raise CommandError(
            f"{output.loss!r} is infinite for targets such as these; use another loss, or "
            "--label-smoothing 0.1 where they are classes"
        )


def _rescued(network: Network, plan: Plan) -> str:
    """Where a trained network went whose file could be begun but not ended: the disk is full."""
    elsewhere = Path(gettempdir()) / f"{plan.model.stem}-{token_hex(4)}.safetensors"
    try:
        return f"the network was saved to {network.save(elsewhere)}"
    except StorageError as error:
        return f"nor can it be saved elsewhere: {error}"


def _finish(
    history: History, verdict: Verdict, data: Dataset, plan: Plan, output: OutputLayer
) -> None:
    show(verdict, data)
    title = f"{data.name}: {output.activation!r} × {output.loss!r}"
    draw(history, verdict, data, title, plan.picture)
    say(f"model: {plan.model}")
    say(f"picture: {plan.picture}")
    if plan.json_file is not None:
        pair = {"activation": repr(output.activation), "loss": repr(output.loss)}
        told = {"data": data.name, **pair, **as_data(history, verdict, data)}
        told |= {"model": str(plan.model), "picture": str(plan.picture)}
        write_json(plan.json_file, json_text(told))


def _widths(network: Network) -> list[int]:
    units = [layer.units for layer in network.layers if isinstance(layer, Dense)]
    return [network.inputs, *units]


def _training_targets(train: Dataset, plan: Plan) -> np.ndarray:
    if not plan.label_noise:
        return train.targets
    rng = np.random.default_rng([plan.seed, 1])
    return replace_labels(train.targets, len(train.classes), plan.label_noise, rng)


def _gradient_line(network: Network, X: np.ndarray, y: np.ndarray) -> str:
    """The verdict on the gradient, or why there can be none."""
    try:
        return str(network.check_gradient(X, y))
    except CapabilityError as error:
        return f"gradient not checked: {error}"


def _progress_lines(epochs: int) -> Callable[[History], None] | None:
    """About ten lines where no progress bar can be drawn."""
    if sys.stderr.isatty():
        return None

    def show_epoch(history: History) -> None:
        done = history.epochs
        if done != 1 and done != epochs and done % max(1, epochs // 10):
            return
        latest = history.latest()
        said = [f"epoch {done:>{len(str(epochs))}}/{epochs}: loss {_measured(latest, '')}"]
        if "val_loss" in latest:
            said.append(f"validation {_measured(latest, 'val_')}")
        say("; ".join(said))

    return show_epoch


def _measured(latest: Mapping[str, float], prefix: str) -> str:
    """The loss, and the score where there is one."""
    scores = [
        f", {title} {latest[prefix + name]:.4f}"
        for name, title in (("accuracy", "accuracy"), ("r_squared", "R²"))
        if prefix + name in latest
    ]
    return f"{latest[f'{prefix}loss']:.4f}{''.join(scores)}"
