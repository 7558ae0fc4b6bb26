"""Tables in the terminal. Rich is imported when a command prints, not before."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from softgrad.cli.plain_text import spelled_for
from softgrad.files import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text


def console() -> Console:
    """Where commands print."""
    from rich.console import Console

    class Patient(Console):
        """Rich would end the command, with its files unwritten and exit code 1."""

        def on_broken_pipe(self) -> None:
            stop_printing()

    return Patient(highlight=False)


def say(text: str, style: str = "") -> None:
    """Print a line as it is: no markup, no line breaks of our own."""
    text = "\n".join(map(shown_text, text.split("\n")))
    console().print(text, style=style or None, markup=False, emoji=False, soft_wrap=True)


def tell(text: str, style: str = "") -> None:
    """Print a sentence, broken between words where it is wider than the terminal."""
    console().print(as_text(text), style=style or None)


def stop_printing() -> None:
    """Nobody reads on, such as `head`: the command goes on without being heard."""
    with suppress(OSError, ValueError, AttributeError):  # where there is no such file at all
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


def plain_table() -> Table:
    """An empty table in the house style: one rule under the header, no boxes."""
    from rich import box
    from rich.table import Table

    return Table(header_style="bold cyan", box=box.SIMPLE_HEAD, pad_edge=False)


def as_text(value: str | Text) -> Text:
    """Text that is no markup: formulas and intervals have brackets."""
    from rich.text import Text

    if isinstance(value, Text):
        return value
    return Text("\n".join(map(shown_text, value.split("\n"))))


def shortened(value: str, most: int) -> str:
    """At most so many signs of it, with dots in the place of others before its end."""
    value, end = shown_text(value), most // 3
    return value if len(value) <= most else f"{value[: most - end - 3]}...{value[-end:]}"


def shown_text(value: str) -> str:
    """One line in signs that standard output has, and none that a terminal takes for commands."""
    return spelled_for(printable(value), getattr(sys.stdout, "encoding", None))


def matrix_tables(
    corner: str,
    rows: Sequence[str | Text],
    columns: Sequence[str | Text],
    cells: Sequence[Sequence[str | Text]],
    width: int,
    last: tuple[str, Sequence[str]] | None = None,
) -> Iterator[Table]:
    """A matrix as one table, or as several side by side where it is wider than `width`.

    Args:
        corner: the header over the names of the rows.
        rows: the names of the rows.
        columns: the names of the columns.
        cells: text of each cell, one sequence a row.
        width: how many characters fit.
        last: header and cells of one more column that closes every table, such as row sums.
    """
    rows, columns = [*map(as_text, rows)], [*map(as_text, columns)]
    gap = 3
    widths = [
        max(len(name), *(len(row[j]) for row in cells)) + gap for j, name in enumerate(columns)
    ]
    fixed = max(len(corner), *(len(name) for name in rows)) + gap
    if last is not None:
        fixed += max(len(last[0]), *(len(cell) for cell in last[1])) + gap
    for chunk in _chunks(widths, width - fixed):
        table = plain_table()
        table.add_column(corner, no_wrap=True, style="cyan")
        for j in chunk:
            table.add_column(columns[j], justify="right", no_wrap=True)
        if last is not None:
            table.add_column(last[0], justify="right", no_wrap=True, style="dim")
        for i, name in enumerate(rows):
            closing = [] if last is None else [last[1][i]]
            table.add_row(name, *(cells[i][j] for j in chunk), *closing)
        yield table


def _chunks(widths: Sequence[int], room: int) -> Iterator[list[int]]:
    chunk: list[int] = []
    used = 0
    for j, width in enumerate(widths):
        if chunk and used + width > room:
            yield chunk
            chunk, used = [], 0
        chunk.append(j)
        used += width
    if chunk:
        yield chunk
