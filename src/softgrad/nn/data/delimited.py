"""A table in text: which character parts its cells, its header, and each column by its name.

Python's own reader, made strict, is used whatever is installed: a table is the same everywhere, its
cells keep their spelling, and what is wrong has a line.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from io import StringIO

from softgrad.nn.data.column import INDEX_NAME, Column
from softgrad.nn.data.numerals import Numerals
from softgrad.nn.data.table_error import Mend, TableError

_DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
# So much of a text tells what parts its cells.
_LOOKED_AT = 1 << 16
# Blanks around a cell are no part of it. Line marks such as U+0085 are.
_BLANKS = " \t\u00a0"


@dataclass
class DelimitedText:
    """The columns of a text, and what was left out of it."""

    columns: dict[str, Column] = field(default_factory=dict[str, Column])
    remarks: list[str] = field(default_factory=list[str])


def parse(
    text: str, source: str, numerals: Numerals, header: bool | None, known: Collection[str] = ()
) -> DelimitedText:
    """Each column by its name, in their order; every row has a cell in each.

    Args:
        text: of the whole file.
        source: the table, for messages.
        numerals: how numbers are spelled.
        header: whether the first row names the columns; None for yes, unless it looks like data.
            Without a header the columns are called "1", "2", ...
        known: names of columns which tell a header.

    Raises:
        TableError: the text is no table; the message names the line.
    """
    found = DelimitedText()
    rows = _rows(text, source, numerals)
    if not rows:
        raise TableError(f"{source}: the file is empty")
    while len(rows) > 1 and _is_comment(rows[0][1]) and len(rows[0][1]) != len(rows[1][1]):
        found.remarks.append(f"line {rows[0][0]} is a comment and left out")
        del rows[0]
    if header is False:
        names = [str(k) for k in range(1, len(rows[0][1]) + 1)]
    else:
        _, names = rows.pop(0)
        if not rows:
            or_else = () if header else ("; if it is a row, give ", Mend("header", False))
            raise TableError(f"{source}: there is a header and no row below it", *or_else)
    _refuse_blanks(source, [names, *(row for _, row in rows)])
    for line, row in rows:
        if len(row) != len(names):
            raise TableError(
                f"{source}, line {line}: {len(row)} cells; the "
                f"{'first row' if header is False else 'header'} has {len(names)} columns"
            )
    if header is None and not set(names) & set(known):
        _refuse_data_as_header(source, names, rows, numerals)
    lines = [line for line, _ in rows]
    for position, name in enumerate(names):
        cells = tuple(row[position] for _, row in rows)
        column = Column(source, name or INDEX_NAME, lines, cells)
        if not name and not any(cells):
            found.remarks.append(f"column {position + 1} is empty and left out")
        elif not name and not (position == 0 and column.is_index):
            raise TableError(f"{source}: column {position + 1} of the header has no name")
        elif name and names.count(name) > 1:
            raise TableError(f"{source}: the column {name!r} is there {names.count(name)} times")
        else:
            found.columns[column.name] = column
    return found


def _rows(text: str, source: str, numerals: Numerals) -> list[tuple[int, list[str]]]:
    """Each row that is not blank, with the line that it ends in."""
    delimiter = _delimiter(text[:_LOOKED_AT], numerals)
    reader = csv.reader(
        StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    rows: list[tuple[int, list[str]]] = []
    ended = 0
    try:
        for row in reader:
            ended = reader.line_num
            if row:
                rows.append((ended, [cell.strip(_BLANKS) for cell in row]))
    except csv.Error as error:
        told = str(error)
        if "unexpected end of data" in told or "field larger than" in told:
            told = "a quote that is opened in this row is not closed"
        raise TableError(f"{source}, line {ended + 1}: {told}") from None
    return rows


def _delimiter(text: str, numerals: Numerals) -> str:
    """What parts as many cells in each of the first lines, and the most of the first."""
    outside = [
        line
        for line in re.split("[\r\n]+", _QUOTED.sub("", text))[:20]
        if line.strip() and not line.startswith("#")
    ] or [""]
    whole = outside[:-1] or outside  # the last one may have been cut

    def suits(mark: str) -> tuple[bool, bool, int]:
        counts = {line.count(mark) for line in whole}
        is_free = mark not in (numerals.decimal, numerals.thousands) and counts != {0}
        return is_free, len(counts) == 1 and counts != {0}, outside[0].count(mark)

    return max(_DELIMITERS, key=suits)


def _refuse_blanks(source: str, rows: list[list[str]]) -> None:
    """Raise where each row is one cell with as many words in it as the first has."""
    words = {len(row[0].split()) for row in rows[:20]} if len(rows[0]) == 1 else {1}
    if len(words) == 1 and words != {1} and len(rows) > 1:
        raise TableError(
            f"{source}: each row is one cell of {words.pop()} words; part cells by commas, "
            "semicolons, tabs or bars, not by blanks"
        )


def _refuse_data_as_header(
    source: str, names: list[str], rows: list[tuple[int, list[str]]], numerals: Numerals
) -> None:
    """Raise where the first row has numbers over numbers, or is made of cells found below it."""
    for line, row in rows:
        if row == names:
            raise TableError(
                f"{source}, line {line}: the first row is there again; remove this one if it has "
                "the names of columns, or else give ",
                Mend("header", False),
            )
    columns = [{row[k] for _, row in rows} for k in range(len(names))]
    for name, cells in zip(names, columns, strict=True):
        if numerals.all_numbers([name]) and numerals.all_numbers([*cells][:100]):
            told = f"its {name!r} is a number as those below it are"
            break
    else:
        if not all(name in cells for name, cells in zip(names, columns, strict=True)):
            return
        told = "each of its cells is found below it, too"
    raise TableError(
        f"{source}: the first row looks like data and not like names of columns: {told}; give ",
        Mend("header", False),
        " and the columns are called 1, 2, 3; or, if they are names, ",
        Mend("header", True),
    )


def _is_comment(row: list[str]) -> bool:
    """Spreadsheets write `sep=;` in the first line."""
    return row[0].startswith("#") or row[0].lower().startswith("sep=")
