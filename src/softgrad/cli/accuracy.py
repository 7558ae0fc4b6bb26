"""`softgrad accuracy`: errors in units in the last place, beside the libraries that are here."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import Annotated

import typer

from softgrad.cli.failure import need
from softgrad.cli.output_files import JsonFile, check_outputs, json_text, write_json
from softgrad.cli.terminal import console, plain_table, say


def accuracy(
    works: Annotated[
        bool,
        typer.Option("--works", help="At the works of `softgrad bench`, where fast loops run."),
    ] = False,
    json_file: JsonFile = None,
) -> None:
    """Compare values and derivatives with 50 digits, and print the largest errors in ULP."""
    need("mpmath")
    check_outputs({"JSON file": json_file})

    from softgrad.evidence.accuracy import measure, measure_works

    with console().status("measuring"):
        rows = measure_works() if works else measure()
    libraries = list(rows[0].errors)
    table = plain_table()
    for header in ("quantity", "logits", "dtype"):
        table.add_column(header)
    for library in ("goal", *libraries):
        table.add_column(library, justify="right")
    for row in rows:
        errors = [_number(row.errors.get(library)) for library in libraries]
        table.add_row(row.quantity, row.family, row.dtype, f"{row.goal:g}", *errors)
    console().print(table)
    if json_file is not None:
        write_json(json_file, json_text([asdict(row) for row in rows]))
    missed = [row for row in rows if not row.errors["softgrad"] <= row.goal]
    met = f"{len(rows) - len(missed)} of {len(rows)} goals met"
    say(f"largest errors in units in the last place; {met}")
    if missed:
        raise typer.Exit(1)


def _number(error: float | None) -> str:
    if error is None:
        return ""
    if not isfinite(error):
        return "NaN"
    return f"{error:.1f}" if error < 1e4 else f"{error:.0e}"
