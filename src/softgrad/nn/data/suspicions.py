"""What a column of texts may be other than categories: numbers spelled otherwise, dates, names."""

from __future__ import annotations

import re

from softgrad.nn.data.column import Column
from softgrad.nn.data.numerals import Numerals
from softgrad.nn.data.table_error import Mend, TableError

# A column with more different texts is a name or an identity, not a category.
MOST_CATEGORIES = 100
# So few different texts are categories however few rows there are.
_FEW = 10

_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})( .*)?"
    r"|\d{1,2}[- ][A-Za-z]{3,9}[- ](\d{4}|\d{2})|\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?",
    re.ASCII,
)
_CODE = re.compile(r"0[0-9]+", re.ASCII)


def is_code(cells: list[str]) -> bool:
    """Whether these whole numbers have zeros in front, as postal codes do."""
    return any(map(_CODE.fullmatch, cells)) and all(cell.isdecimal() for cell in cells)


def unit_of(cells: list[str]) -> str:
    """What stands behind each number: a per cent sign, or nothing."""
    return "%" if cells and all(cell.endswith("%") for cell in cells) else ""


def refuse_numbers(column: Column, numerals: Numerals) -> None:
    """Raise where the texts are numbers in another spelling; 5,123 is one in two of them."""
    cells = [cell.removesuffix("%").rstrip() for cell in column.present]
    if numerals.all_numbers(cells):
        raise TableError(
            f"{column.place}: some numbers have a per cent sign and others none; write all alike"
        )
    mends = [
        Mend("thousands", one.thousands) if one.thousands else Mend("decimal", one.decimal)
        for one in numerals.others()
        if one.all_numbers(cells)
    ]
    if mends:
        or_else = (", or, where that is the mark before decimals, ", mends[1]) if mends[1:] else ()
        raise TableError(
            f"{column.place}: these texts look like numbers, such as {column.present[0]!r}; read "
            "them as such with ",
            mends[0],
            *or_else,
        )


def refuse_dates(column: Column, mend: Mend) -> None:
    """Raise where the texts are dates or times."""
    if all(map(_DATE.fullmatch, column.present)):
        raise TableError(
            f"{column.place}: these texts are dates or times, such as {column.present[0]!r}; make "
            "numbers of them, such as days or hours, or give ",
            mend,
            *or_categorical(column, len(set(column.present))) if mend.argument == "drop" else (),
        )


def refuse_names(column: Column, found: int, *, categorical: bool) -> None:
    """Raise where there are too many different texts to be categories."""
    rows = len(column.present)
    if found > MOST_CATEGORIES:
        raise TableError(
            f"{column.place}: {found} different texts are too many to be categories "
            f"(at most {MOST_CATEGORIES}); leave it out with ",
            Mend("drop", column.name),
        )
    if not categorical and found > _FEW and 2 * found > rows:
        raise TableError(
            f"{column.place}: {found} different texts in {rows} rows look like names or numbers of "
            "rows, from which nothing can be learned; leave it out with ",
            Mend("drop", column.name),
            *or_categorical(column, found),
        )


def or_categorical(column: Column, found: int) -> tuple[str | Mend, ...]:
    """The end of a message on a column that can be categories where that is said."""
    is_few = found <= MOST_CATEGORIES
    return (", or give ", Mend("categorical", column.name)) if is_few else ()
