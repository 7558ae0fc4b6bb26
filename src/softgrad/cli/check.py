"""`softgrad check`: is the derivative in that file right, and if not, why."""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from softgrad.cli.failure import CommandError
from softgrad.cli.output_files import check_outputs, write_json
from softgrad.cli.terminal import say
from softgrad.error_words import did_you_mean
from softgrad.errors import ParameterError
from softgrad.files.paths import other_kind

if TYPE_CHECKING:
    from softgrad.checking import NamedReport, Report
    from softgrad.file_checking.messages import Request

WRONG, INCONCLUSIVE = 1, 2
FORMATS = ["text", "github", "junit", "sarif"]


def check(
    where: Annotated[
        list[str],
        typer.Argument(help="Files, or a file and what is in it: path/to/file.py:MySoftmax."),
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
        str,
        typer.Option(help="What the derivative is given: the function's input or output, or auto."),
    ] = "auto",
    init: Annotated[
        str | None,
        typer.Option(help="Arguments of a class's constructor: '10, 5' or 'units=5'."),
    ] = None,
    rtol: Annotated[
        float,
        typer.Option(help="A smooth deviation up to this, relative, is right, and is told."),
    ] = 1e-6,
    rows: Annotated[int, typer.Option(min=1, help="Of the batch that it is tried on.")] = 3,
    entries: Annotated[int, typer.Option(min=1, help="Of each row.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="Of the numbers that it is tried on.")] = 0,
    timeout: Annotated[
        float, typer.Option(help="Seconds after which a file that has not ended is given up.")
    ] = 60.0,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", help="Print every report, with all that was tried."),
    ] = False,
    allow_none: Annotated[
        bool,
        typer.Option("--allow-none", help="Files in which there is no derivative are no error."),
    ] = False,
    output_format: Annotated[
        str, typer.Option("--format", help="text, github (annotations), junit or sarif.")
    ] = "text",
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Where the report goes as JSON.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Draw theirs, the reference and the difference to this.")
    ] = None,
) -> None:
    """Say whether hand-written derivatives are right, and if not, why.

    All functions of the file whose derivative is recognised by its name are checked, or what was
    named. The file is executed, in a process of its own; what it prints goes to standard error, and
    so does what of it could not be run. Exit code 0 for right, 1 where one is wrong, 2 where
    nothing can be said or could be run.
    """
    if not 0.0 < timeout < inf:
        raise CommandError(f"--timeout {timeout:g}: expected seconds, more than 0")
    if not 0.0 <= rtol < 1.0:
        raise CommandError(f"--rtol {rtol:g}: expected a number from 0 to below 1")
    if output_format not in FORMATS:
        raise CommandError(f"--format {output_format}: {did_you_mean(output_format, FORMATS)}")
    files = [_file_and_name(one) for one in where]
    outputs = {"JSON file": json_file, "picture": picture}
    for path, _ in files:
        check_outputs(outputs, reads=Path(path))

    from softgrad.cli.check_outcomes import Checked, as_format, as_json, print_all
    from softgrad.file_checking.messages import Request

    given = (form, argument, rows, entries, seed, _constructor_arguments(init), rtol, timeout)
    checked: list[Checked] = []
    for path, name in files:
        request = Request(path, name, derivative, *given, may_be_empty=allow_none)
        checked.append(Checked(path, name, _reports(request, timeout)))
    if output_format == "text":
        print_all(checked, verbose=verbose)
    else:
        say(as_format(checked, output_format))
    if json_file is not None:
        write_json(json_file, as_json(checked))
    told = [one.report for file in checked for one in file.reports if one.report is not None]
    if picture is not None:
        _draw(told, picture)
    if any(one.verdict == "wrong" for one in told):
        raise typer.Exit(WRONG)
    if any(file.reports for file in checked) and not any(told):
        raise typer.Exit(INCONCLUSIVE)


def _reports(request: Request, timeout: float) -> tuple[NamedReport, ...]:
    """Those on a file, which runs in a process of its own."""
    from softgrad.cli.relay import Relay
    from softgrad.file_checking.process import check_apart

    relay = Relay(Path(request.path).name)
    try:
        answer = check_apart(request, timeout, relay)
    finally:
        relay.close()
    if answer.refusal:
        raise CommandError(f"{answer.refusal}{' (--timeout)' if answer.late else ''}")
    for note in answer.notes:
        typer.echo(f"not run: {note}", err=True)
    return answer.reports


def _file_and_name(where: str) -> tuple[str, str | None]:
    path, colon, name = where.rpartition(":")
    if not colon:
        path = where
    elif not name:
        raise CommandError(f"{where}: name what is to be checked, as in file.py:MySoftmax")
    if not path or not Path(path).exists():
        raise CommandError(f"{path or 'no name'}: no such file")
    kind = other_kind(Path(path).stat())
    if kind is not None:
        raise CommandError(f"{path}: this is {kind}; expected a Python file")
    return path, name if colon else None


def _constructor_arguments(text: str | None) -> list[Any] | dict[str, Any] | None:
    from softgrad.file_checking.constructor import constructor_arguments

    try:
        return None if text is None else constructor_arguments(text)
    except ParameterError as error:
        raise CommandError(f"--{error}") from None


def _draw(reports: list[Report], picture: Path) -> None:
    from softgrad.pictures import derivative_heatmaps, save

    drawn = [one for one in reports if one.matrices is not None]
    if not drawn:
        say(f"no picture: {picture} was not drawn, for no matrices were written out")
        return
    save(derivative_heatmaps(next((one for one in drawn if not one), drawn[0])), picture)
    say(f"picture: {picture}")
