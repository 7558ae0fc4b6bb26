"""A table, wherever it is: a file of text or Parquet, a data frame, an array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypedDict

from softgrad.errors import InputTypeError, ParameterError
from softgrad.files import as_path
from softgrad.nn.data.column import Column
from softgrad.nn.data.delimited import parse
from softgrad.nn.data.frames import columns_of_frame, columns_of_rows, is_frame, read_parquet
from softgrad.nn.data.numerals import Numerals
from softgrad.nn.data.table_error import TableError
from softgrad.nn.data.table_text import decode, is_parquet, read_content


class TextFormat(TypedDict, total=False):
    """How a file of text is to be read.

    Attributes:
        encoding: such as "cp1252". UTF-8 by default; a mark of UTF-8, UTF-16 or UTF-32 that the
            file begins with goes before it.
        decimal: the mark before decimals, "." (by default) or ",".
        thousands: the mark between thousands: ",", ".", " " or "'"; none by default.
        header: whether the first row names the columns. None, the default, is yes, and an error
            where it looks like data. Without a header the columns are called "1", "2", ...
    """

    encoding: str | None
    decimal: str
    thousands: str
    header: bool | None


@dataclass(frozen=True)
class Table:
    """Columns by their names, in their order.

    Attributes:
        source: how messages call it.
        columns: each of them.
        numerals: how texts spell numbers.
        remarks: what was left out.
        has_names: whether the names are those of a header.
    """

    source: str
    columns: dict[str, Column]
    numerals: Numerals
    remarks: tuple[str, ...] = ()
    has_names: bool = True

    def near(self, name: str) -> str:
        """What may have been meant by a name that no column has."""
        return near(name, self.columns)


def near(name: str, columns: Sequence[str] | dict[str, Column]) -> str:
    """What may have been meant by a name that no column has."""
    lower = {one.casefold(): one for one in columns}
    close = get_close_matches(name.casefold(), lower, n=3)
    known = ", ".join(columns)
    return (
        f"did you mean {' or '.join(lower[one] for one in close)}?" if close else f"known: {known}"
    )


def open_table(rows: Any, names: Sequence[str] = (), **format: Any) -> Table:
    """Read a table.

    Args:
        rows: the path of a CSV or Parquet file, either of them packed by gzip or not; a data frame
            or a mapping of columns; or an array or list of rows (rows, columns).
        names: of the columns that are looked for, which those of an array are called in order.
        format: see `TextFormat`.

    Raises:
        TableError: the file has no table; the message names the line.
        StorageError: there is no such file, or it cannot be read.
        ShapeError, InputTypeError: the array or frame is no table.
    """
    header: bool | None = format.pop("header", None)
    encoding: str | None = format.pop("encoding", None)
    if unknown := format.keys() - {"decimal", "thousands"}:
        raise ParameterError(f"{min(unknown)} is no setting of a table's text")
    numerals = Numerals(**format)
    if not isinstance(rows, str | Path):
        whole = rows.collect() if hasattr(rows, "collect") else rows  # a lazy frame of Polars
        if not names and not is_frame(whole):
            raise InputTypeError(
                f"X is a {type(rows).__name__}; expected the path of a file, a data frame, or a "
                "mapping of names to columns"
            )
        read = (
            columns_of_frame(whole, "X") if is_frame(whole) else columns_of_rows(whole, names, "X")
        )
        return _table("X", read, numerals)
    path = as_path(rows)
    source = str(path)
    content = read_content(path)
    if is_parquet(content):
        return _table(source, columns_of_frame(read_parquet(content, source), source), numerals)
    found = parse(decode(content, source, encoding), source, numerals, header, names)
    return _table(source, found.columns, numerals, found.remarks, header is not False)


def _table(
    source: str,
    columns: dict[str, Column],
    numerals: Numerals,
    remarks: Sequence[str] = (),
    has_names: bool = True,
) -> Table:
    """The table of these columns, which must have rows, without an index of them."""
    first = next(iter(columns.values()), None)
    if first is None or not len(first.lines):
        raise TableError(f"{source}: there is no row")
    if first.is_index:
        columns = {name: one for name, one in columns.items() if one is not first}
        remarks = [*remarks, "the first column is an index without a name and left out"]
    return Table(source, columns, numerals, tuple(remarks), has_names)
