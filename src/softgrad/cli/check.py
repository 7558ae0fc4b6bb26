"""`softgrad check`: is the derivative in that file right, and if not, why."""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from softgrad.cli.failure import CommandError
from softgrad.cli.output_files import check_outputs, write_json
from softgrad.cli.terminal import console, say
from softgrad.files.paths import other_kind

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
    seed: Annotated[int, typer.Option(min=0, help="Of the numbers that it is tried on.")] = 0,
    timeout: Annotated[
        float, typer.Option(help="Seconds after which a file that has not ended is given up.")
    ] = 60.0,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Where the report goes as JSON.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Draw theirs, the reference and the difference to this.")
    ] = None,
) -> None:
    """Say whether a hand-written derivative is right, and if not, why.

    The file is executed, in a process of its own; what it prints goes to standard error. Exit code
    0 for right, 1 for wrong, 2 where nothing can be said or could be run.
    """
    if not 0.0 < timeout < inf:
        raise CommandError(f"--timeout {timeout:g}: expected seconds, more than 0")
    path, name = _file_and_name(where)
    check_outputs({"JSON file": json_file, "picture": picture}, reads=Path(path))

    from softgrad.cli.check_messages import Request
    from softgrad.cli.checking_process import check_apart
    from softgrad.cli.relay import Relay

    relay = Relay(Path(path).name)
    request = Request(path, name, derivative, form, argument, rows, entries, seed)
    try:
        report = check_apart(request, timeout, relay)
    finally:
        relay.close()
    console().print(report)
    if json_file is not None:
        write_json(json_file, report.to_json())
    if picture is not None:
        _draw(report, picture)
    if report.verdict != "correct":
        raise typer.Exit(WRONG if report.verdict == "wrong" else INCONCLUSIVE)


def _file_and_name(where: str) -> tuple[str, str]:
    path, colon, name = where.rpartition(":")
    if not colon or not name:
        raise CommandError(f"{where}: name what is to be checked, as in file.py:MySoftmax")
    if not path or not Path(path).exists():
        raise CommandError(f"{path or 'no name'}: no such file")
    kind = other_kind(Path(path).stat())
    if kind is not None:
        raise CommandError(f"{path}: this is {kind}; expected a Python file")
    return path, name


def _draw(report: Report, picture: Path) -> None:
    from softgrad.pictures import derivative_heatmaps, save

    if report.matrices is None:
        say(f"no picture: {picture} was not drawn, for no matrices were written out")
        return
    save(derivative_heatmaps(report), picture)
    say(f"picture: {picture}")
