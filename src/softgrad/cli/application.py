"""The Typer application, and how its errors become one line and an exit code."""

from __future__ import annotations

import os
import sys
from typing import Any, cast

import typer

from softgrad.cli.commands import COMMANDS
from softgrad.cli.failure import missing_module
from softgrad.cli.plain_text import spell_what_cannot_be_encoded
from softgrad.cli.terminal import stop_printing
from softgrad.error_words import one_line
from softgrad.errors import SoftgradError
from softgrad.files import printable

ERROR = 2
INTERRUPTED = 130

# The base of all wrong uses; Typer has moved it between modules, so it is found by its child.
_UsageError = cast(type[Exception], typer.BadParameter.__base__)


def application() -> typer.Typer:
    """The commands of `softgrad.cli.commands`, each under its name."""
    app = typer.Typer(
        name="softgrad",
        help="The calculus of output layers: any activation with any loss.",
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )

    @app.callback(invoke_without_command=True)
    def overview(  # pyright: ignore[reportUnusedFunction]  # Typer calls it
        context: typer.Context,
        version: bool = typer.Option(False, "--version", help="Print the version and stop."),
    ) -> None:
        if version:
            from softgrad import __version__

            typer.echo(__version__)
            raise typer.Exit
        if context.invoked_subcommand is None:
            typer.echo(context.get_help())

    for command in COMMANDS:
        made = app.command(command.name, cls=command.kind, context_settings=command.settings)
        made(command.function)
    return app


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; errors that a user can mend are one line."""
    _fill_standard_numbers()
    spell_what_cannot_be_encoded()
    app = cast(Any, typer.main.get_command(application()))
    try:
        code = app.main(args=arguments, prog_name="softgrad", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()  # while a failure can still be told
    except (KeyboardInterrupt, typer.Abort):
        return _stop("interrupted", INTERRUPTED)
    except SoftgradError as error:
        return _stop(one_line(error), ERROR)
    except _UsageError as error:
        return _stop(_usage(error), ERROR)
    except ModuleNotFoundError as error:
        return _stop(missing_module(error), ERROR)
    except BrokenPipeError:
        stop_printing()
        return 0
    except OSError as error:
        if error.filename is None:
            stop_printing()  # what is still to be printed would fail again at the very end
        where = error.filename or "output"
        return _stop(f"{where}: {error.strerror or one_line(error)}", ERROR)
    return code if isinstance(code, int) else 0


def _fill_standard_numbers() -> None:
    """Where standard input, output or error is closed, nothing: a file would take its number.

    Messages would then be written into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def _usage(error: Any) -> str:
    message = " ".join(error.format_message().split())
    return message.replace("(Possible options: ", "(did you mean ")


def _stop(message: str, code: int) -> int:
    print(f"softgrad: {printable(message)}", file=sys.stderr)
    return code
