"""`softgrad check`: is the derivative in that file right, and if not, why."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from softgrad.cli.failure import CommandError, did_you_mean
from softgrad.cli.output_files import check_picture, check_writable
from softgrad.cli.terminal import console, say

if TYPE_CHECKING:
    from softgrad.checking import Report

WRONG, INCONCLUSIVE = 1, 2


def check(
    where: Annotated[
        str, typer.Argument(help="A file and what is in it: path/to/file.py:MySoftmax.")
    ],
    derivative: Annotated[
        str | None,
        typer.Option(help="The derivative's name, if the first name is that of a function."),
    ] = None,
    form: Annotated[
        str,
        typer.Option(help="auto, jacobian, vjp, jvp, gradient, elementwise or hessian."),
    ] = "auto",
    argument: Annotated[
        str, typer.Option(help="What the derivative is given: the function's input or output.")
    ] = "input",
    rows: Annotated[int, typer.Option(min=1, help="Of the batch that it is tried on.")] = 3,
    entries: Annotated[int, typer.Option(min=1, help="Of each row.")] = 5,
    seed: Annotated[int, typer.Option(help="Of the numbers that it is tried on.")] = 0,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Where the report goes as JSON.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Draw theirs, the reference and the difference to this.")
    ] = None,
) -> None:
    """Say whether a hand-written derivative is right, and if not, why.

    The file is executed. Exit code 0 for right, 1 for wrong, 2 where nothing can be said or could
    be run.
    """
    if json_file is not None:
        check_writable(json_file, "JSON file")
    if picture is not None:
        check_picture(picture)
    names = _names_of(where)
    found = _find(names, where.rpartition(":")[2])

    import numpy as np

    from softgrad import checking

    shape = (rows, entries) if rows > 1 else (entries,)
    x = np.random.default_rng(seed).standard_normal(shape)
    side: Any = argument
    if derivative is None:
        report = checking.check_class(found, x, form, argument=side, seed=seed)
    else:
        report = checking.check(found, _find(names, derivative), x, form, argument=side, seed=seed)
    console().print(report)
    if json_file is not None:
        json_file.write_text(report.to_json() + "\n", encoding="utf-8")
        say(f"JSON: {json_file}")
    if picture is not None:
        _draw(report, picture)
    if report.verdict != "correct":
        raise typer.Exit(WRONG if report.verdict == "wrong" else INCONCLUSIVE)


def _names_of(where: str) -> dict[str, Any]:
    path, colon, name = where.rpartition(":")
    if not colon or not name:
        raise CommandError(f"{where}: name what is to be checked, as in file.py:MySoftmax")
    if not Path(path).is_file():
        raise CommandError(f"{path}: no such file")
    try:
        return runpy.run_path(path)
    except Exception as error:
        raise CommandError(f"{path} fails: {type(error).__name__}: {error}") from error


def _find(names: dict[str, Any], name: str) -> Any:
    if name in names:
        return names[name]
    known = [n for n, value in names.items() if callable(value) and not n.startswith("_")]
    raise CommandError(f"there is no {name!r} in the file: {did_you_mean(name, known)}")


def _draw(report: Report, picture: Path) -> None:
    from softgrad.pictures import derivative_heatmaps, save

    if report.matrices is None:
        say(f"no picture: {picture} was not drawn, for no matrices were written out")
        return
    save(derivative_heatmaps(report), picture)
    say(f"picture: {picture}")
