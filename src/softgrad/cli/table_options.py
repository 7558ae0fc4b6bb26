"""Options of every command that reads a table, and how an error of a table names them."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from softgrad.cli.failure import CommandError

if TYPE_CHECKING:
    from softgrad.nn.data import TableError, TextFormat
    from softgrad.nn.data.table_error import Mend

Encoding = Annotated[
    str | None, typer.Option(help="Of the file's text, such as cp1252.", show_default="utf-8")
]
Decimal = Annotated[str, typer.Option(help="The mark before decimals: . or ,")]
Thousands = Annotated[
    str, typer.Option(help="The mark between thousands, such as ,", show_default=False)
]
Header = Annotated[
    bool | None,
    typer.Option(
        "--header/--no-header",
        help="Whether the first row has the columns' names; without, they are 1, 2, 3.",
        show_default="found out",
    ),
]


def text_format(
    encoding: str | None, decimal: str, thousands: str, header: bool | None
) -> TextFormat:
    """The options as the reader takes them."""
    return {
        "encoding": encoding, "decimal": decimal, "thousands": thousands, "header": header,
    }  # fmt: skip


def refused(error: TableError) -> CommandError:
    """The error with its arguments spelled as options."""
    return CommandError(error.told(_option))


def _option(mend: Mend) -> str:
    if mend.argument == "header":
        return "--header" if mend.value else "--no-header"
    value = str(mend.value)
    marks = value in ",. '"  # which would be taken for those of the sentence
    return f"--{mend.argument} {repr(value) if marks else quote(value)}"
