"""What a column of texts may be other than categories: numbers spelled otherwise, dates, names."""

from __future__ import annotations

import re

from softgrad.nn.data.column import Column
from softgrad.nn.data.numerals import UNITS, Numerals, without_unit
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
_WRAPPED = re.compile(r"\(?([^()A-Za-z]+)\)?[ ]?[A-Za-z°²³/]{0,5}")
_CODE = re.compile(r"0[0-9]+", re.ASCII)


def is_code(cells: list[str]) -> bool:
    """Whether these whole numbers have zeros in front, as postal codes do."""
    return any(map(_CODE.fullmatch, cells)) and all(cell.isdecimal() for cell in cells)


def refuse_numbers(column: Column, numerals: Numerals) -> None:
    """Raise where the texts are numbers in another spelling; 5,123 is one in two of them."""
    cells = list(map(_alone, column.present))
    if numerals.all_numbers(cells):
        has = next(cell for cell, bare in zip(column.present, cells, strict=True) if cell != bare)
        raise TableError(
            f"{column.place}: some numbers have a sign, such as {has!r}, and others none or "
            "another; write all alike"
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


def _alone(cell: str) -> str:
    """A number without the sign of its unit."""
    return next(filter(None, (without_unit(cell, unit) for unit in UNITS)), cell)


def refuse_dates(column: Column, *mends: str | Mend) -> None:
    """Raise where the texts are dates or times, with what else to do than to make numbers."""
    if all(map(_DATE.fullmatch, column.present)):
        raise TableError(
            f"{column.place}: these texts are dates or times, such as {column.present[0]!r}; make "
            "numbers of them, such as days or hours, or ",
            *mends,
        )


def refuse_names(column: Column, found: int, numerals: Numerals, *, categorical: bool) -> None:
    """Raise where there are too many different texts to be categories."""
    rows = len(column.present)
    is_named = not categorical and found > _FEW and 2 * found > rows
    if (is_named or found > MOST_CATEGORIES) and _are_wrapped(column.present, numerals):
        raise TableError(
            f"{column.place}: these texts look like numbers with something around them, such as "
            f"{column.present[0]!r}; write the numbers alone, or leave the column out with ",
            Mend("drop", column.name),
            *or_categorical(column, found),
        )
    if found > MOST_CATEGORIES:
        raise TableError(
            f"{column.place}: {found} different texts are too many to be categories "
            f"(at most {MOST_CATEGORIES}); leave it out with ",
            Mend("drop", column.name),
        )
    if is_named:
        raise TableError(
            f"{column.place}: {found} different texts in {rows} rows look like names or numbers of "
            "rows, from which nothing can be learned; leave it out with ",
            Mend("drop", column.name),
            *or_categorical(column, found),
        )


def _are_wrapped(cells: list[str], numerals: Numerals) -> bool:
    """Whether these are numbers in brackets, as book-keepers write losses, or in units: 12 kg."""
    found = list(map(_WRAPPED.fullmatch, cells))
    inner = [_alone(one[1].strip()) for one in found if one]
    return len(inner) == len(cells) and any(
        one.all_numbers(inner) for one in (numerals, *numerals.others())
    )


def or_categorical(column: Column, found: int) -> tuple[str | Mend, ...]:
    """The end of a message on a column that can be categories where that is said."""
    is_few = found <= MOST_CATEGORIES
    return (", or give ", Mend("categorical", column.name)) if is_few else ()
