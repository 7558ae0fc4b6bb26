"""`softgrad train`: a network on real data, its gradient checked, its result held to account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from softgrad.cli.failure import CommandError, need
from softgrad.cli.importing import Imports
from softgrad.cli.output_files import JsonFile, check_outputs
from softgrad.cli.selection import SPELLING
from softgrad.cli.table_options import Decimal, Encoding, Header, Thousands, text_format

INTERRUPTED = 130
MISSING = ("refuse", "mean", "median", "most-frequent")


def train(
    data: Annotated[
        str,
        typer.Argument(
            help="digits, iris, wine, breast-cancer, diabetes, or the path of a table: CSV "
            "or Parquet, packed by gzip or not."
        ),
    ],
    activation: Annotated[
        str | None,
        typer.Option(
            help=f"Of the output: {SPELLING}.", show_default="softmax, or identity for values"
        ),
    ] = None,
    loss: Annotated[str, typer.Option(help="Spelled like the activation.")] = "squared-error",
    imports: Imports = None,
    target: Annotated[str | None, typer.Option(help="The table's column to predict.")] = None,
    task: Annotated[
        str,
        typer.Option(
            help="What the target is: classes, values, or auto: classes if it has texts, or "
            "only whole numbers and at most 20 different ones."
        ),
    ] = "auto",
    categorical: Annotated[
        list[str] | None, typer.Option(help="A column whose numbers are categories.")
    ] = None,
    drop: Annotated[list[str] | None, typer.Option(help="A column to leave out.")] = None,
    missing: Annotated[
        str,
        typer.Option(
            help="Missing values: refuse, or fill numbers by their mean or median and categories "
            "by none, or both by the most-frequent."
        ),
    ] = "refuse",
    encoding: Encoding = None,
    decimal: Decimal = ".",
    thousands: Thousands = "",
    header: Header = None,
    hidden: Annotated[
        str, typer.Option(help="Units of each hidden layer: 128,64; none: 0.")
    ] = "64",
    hidden_activation: Annotated[str, typer.Option(help="Spelled like the activation.")] = "relu",
    epochs: Annotated[int, typer.Option(min=1, help="How often each row is seen.")] = 60,
    batch_size: Annotated[int | None, typer.Option(min=1, help="Rows a step.")] = None,
    learning_rate: Annotated[
        float | None, typer.Option(help="The step.", show_default="the optimiser's")
    ] = None,
    optimiser: Annotated[
        str, typer.Option(help="adam, sgd or lbfgs; sgd:momentum=0.9 sets more.")
    ] = "adam",
    schedule: Annotated[
        str, typer.Option(help="Of the learning rate: constant, cosine, linear, step.")
    ] = "constant",
    patience: Annotated[
        int | None, typer.Option(min=1, help="Stop after so many epochs without a better one.")
    ] = None,
    label_smoothing: Annotated[float, typer.Option(help="Share spread over all classes.")] = 0.0,
    margin: Annotated[float, typer.Option(help="Taken from the true class's logit.")] = 0.0,
    class_weight: Annotated[
        str | None, typer.Option(help="balanced, or CLASS=WEIGHT,CLASS=WEIGHT.")
    ] = None,
    label_noise: Annotated[
        float, typer.Option(help="Share of training labels replaced at random.")
    ] = 0.0,
    held_out: Annotated[float, typer.Option(help="Share of rows that are only tested on.")] = 0.3,
    validation: Annotated[
        float, typer.Option(help="Share of the training rows measured after each epoch.")
    ] = 0.1,
    seed: Annotated[int, typer.Option(min=0, help="Of split, weights, order and noise.")] = 0,
    model: Annotated[
        Path | None,
        typer.Option(help="Where the network goes.", show_default="softgrad-DATA.safetensors"),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Where the picture goes.", show_default="softgrad-DATA.png")
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Train a network, check its gradient, test it on held-out rows, write model and picture.

    Example: softgrad train digits --activation softmax --loss squared-error
    """
    for share, name in ((held_out, "held-out"), (validation, "validation")):
        if not 0.0 < share < 1.0:
            raise CommandError(f"--{name} {share:g}: expected a share between 0 and 1")
    if not 0.0 <= label_noise <= 1.0:
        raise CommandError(f"--label-noise {label_noise:g}: expected a probability from 0 to 1")
    if task not in ("auto", "classes", "values"):
        raise CommandError(f"--task {task}: expected auto, classes or values")
    if missing not in MISSING:
        raise CommandError(f"--missing {missing}: expected {', '.join(MISSING)}")
    for module in ("safetensors", "sklearn"):
        need(module)
    stem = f"softgrad-{Path(data).stem}"
    model = model or Path(f"{stem}.safetensors")
    picture = picture or Path(f"{stem}.png")
    file = Path(data) if Path(data).is_file() else None
    outputs = {"model": model, "picture": picture, "JSON file": json_file}
    check_outputs(outputs, reads=file)

    # Imported here: what follows needs NumPy's, scikit-learn's and Matplotlib's weight.
    from softgrad.cli.training_data import TableChoices, read_data
    from softgrad.cli.training_plan import Plan
    from softgrad.cli.training_run import run

    choices = TableChoices(
        target=target,
        task=task,
        categorical=tuple(categorical or ()),
        drop=tuple(drop or ()),
        missing=missing.replace("-", "_"),
        format=text_format(encoding, decimal, thousands, header),
    )
    dataset = read_data(data, choices)
    plan = Plan(
        activation=activation,
        loss=loss,
        hidden=hidden,
        hidden_activation=hidden_activation,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        optimiser=optimiser,
        schedule=schedule,
        patience=patience,
        label_smoothing=label_smoothing,
        margin=margin,
        class_weight=class_weight,
        label_noise=label_noise,
        held_out=held_out,
        validation=validation,
        seed=seed,
        model=model,
        picture=picture,
        json_file=json_file,
    )
    if not run(dataset, plan):
        raise typer.Exit(INTERRUPTED)
