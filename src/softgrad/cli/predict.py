"""`softgrad predict`: classes with their probabilities, or values, of the rows of a table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from softgrad.cli.failure import CommandError, need
from softgrad.cli.output_files import JsonFile, check_outputs, json_text, write_json
from softgrad.cli.prediction_files import check_kind, content, kind
from softgrad.cli.table_options import (
    Decimal,
    Encoding,
    Header,
    Thousands,
    refused,
    text_format,
)
from softgrad.cli.terminal import as_text, console, plain_table, say, tell
from softgrad.files import write_file

if TYPE_CHECKING:
    import numpy as np

    from softgrad.nn import Predictor
    from softgrad.nn.data.table import Table

MOST_SHOWN = 20


def predict(
    model: Annotated[Path, typer.Argument(help="A network that softgrad train wrote.")],
    data: Annotated[
        Path, typer.Argument(help="A table with the columns that it was trained on: CSV, Parquet.")
    ],
    output: Annotated[
        Path | None,
        typer.Option(help="Where all predictions go: a name in .csv, .csv.gz or .parquet."),
    ] = None,
    json_file: JsonFile = None,
    unknown: Annotated[
        str,
        typer.Option(help="Categories that were not trained on: refuse, or none of those known."),
    ] = "refuse",
    encoding: Encoding = None,
    decimal: Decimal = ".",
    thousands: Thousands = "",
    header: Header = None,
) -> None:
    """Predict each row of a table by a network that `softgrad train` wrote.

    Example: softgrad predict softgrad-people.safetensors new.csv --output predicted.csv
    """
    need("safetensors")
    check_kind(output)
    check_outputs({"output": output, "JSON file": json_file}, reads=data)
    if unknown not in ("refuse", "none"):
        raise CommandError(f"--unknown {unknown}: expected refuse or none")

    from softgrad.nn import load
    from softgrad.nn.data import TableError

    predictor = load(model, unknown=unknown)
    try:
        format = text_format(encoding, decimal, thousands, header)
        table = predictor.table(data, **format)
        outputs = predictor.outputs(table)
    except TableError as error:
        raise refused(error) from None
    for remark in table.remarks:
        tell(f"note: {remark}", "yellow")
    if unused := predictor.schema.unused(table):
        tell(f"note: not used: {', '.join(unused)}", "yellow")
    for name, cells in predictor.schema.unknown(table).items():
        told = ", ".join(f"{cell} ({count})" for cell, count in Counter(cells).most_common(8))
        tell(f"note: {name} is none that was trained on: {told}", "yellow")
    _show(predictor, table, outputs)
    if output is not None:
        write_file(output, content(output, predictor, outputs))
        say(f"output: {output}")
    if json_file is not None:
        told = _as_data(predictor, outputs) | {"model": str(model), "data": str(data)}
        write_json(json_file, json_text(told))


def _show(predictor: Predictor, table: Table, outputs: np.ndarray) -> None:
    """The first rows, and how many there are of each class."""
    decided = predictor.decide(outputs).tolist()
    first = next(iter(table.columns.values()))
    shown = plain_table()
    shown.add_column(first.place_word, justify="right", style="cyan")
    side = "left" if predictor.classes else "right"
    shown.add_column(as_text(predictor.schema.target), overflow="fold", justify=side)
    if predictor.classes:
        shown.add_column(kind(predictor), justify="right")
    top = outputs[:MOST_SHOWN].tolist()
    for line, one, row in zip(first.lines[:MOST_SHOWN], decided, top, strict=False):
        cells = [one, f"{max(row):.4f}"] if predictor.classes else [f"{one:#.6g}"]
        shown.add_row(str(line), *map(as_text, cells))
    console().print(shown)
    more = len(decided) - MOST_SHOWN
    if more > 0:
        say(f"and {more} {'row' if more == 1 else 'rows'} more; --output FILE has them all")
    if predictor.classes:
        counts = {name: decided.count(name) for name in predictor.classes}
        told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        tell(f"{len(decided)} {'row' if len(decided) == 1 else 'rows'}: {told}", "bold")
    _compare(predictor, table, decided)


def _compare(predictor: Predictor, table: Table, decided: list[Any]) -> None:
    """Where the table has the target: how many rows have the class that was predicted."""
    name = predictor.schema.target
    target = table.columns.get(name)
    if target is None or not predictor.classes or not table.has_names:
        return
    cells = zip(target.cells, target.missing, decided, strict=True)
    right = [true == one for true, missing, one in cells if not missing]
    if right:
        share = 100 * sum(right) / len(right)
        say(f"{sum(right)} of {len(right)} rows have this {name} in the table ({share:.2f} %)")


def _as_data(predictor: Predictor, outputs: np.ndarray) -> dict[str, Any]:
    decided = predictor.decide(outputs).tolist()
    told: dict[str, Any] = {"target": predictor.schema.target, "predictions": decided}
    if not predictor.classes:
        return told
    many = "probabilities" if predictor.gives_probabilities else "scores"
    return told | {"classes": list(predictor.classes), many: outputs.tolist()}
