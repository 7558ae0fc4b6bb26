"""One column of a table: its cells as texts, as numbers, and where each of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from softgrad.nn.data.numerals import Numerals, without_unit
from softgrad.nn.data.table_error import Mend, TableError

MISSING = frozenset({"", "na", "n/a", "#n/a", "<na>", "nan", "none", "null", "?", "-"})
# What pandas calls a first column without a name, which is mostly an index that was written.
INDEX_NAME = "Unnamed: 0"
# Up to here every whole number has a float of its own.
_EXACT = 2**53


@dataclass(frozen=True)
class Column:
    """A column of texts, or of numbers that came as such.

    Attributes:
        source: the table, for messages.
        name: of the column.
        lines: where each cell stands in the table.
        texts: each cell, where the table has texts.
        values: each cell, where the table has numbers, shape (rows,); NaN where it is missing.
        place_word: what a place in the table is called.
    """

    source: str
    name: str
    lines: Sequence[int]
    texts: tuple[str, ...] = ()
    values: np.ndarray | None = None
    place_word: str = "line"

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """Each cell as a text; numbers are spelled as short as they can be."""
        return self.texts if self.values is None else tuple(map(spelled, self.values.tolist()))

    @cached_property
    def missing(self) -> np.ndarray:
        """Whether each cell has no value, shape (rows,)."""
        if self.values is not None:
            return np.isnan(self.values) if self.values.dtype.kind == "f" else self._nowhere
        return np.array([cell.lower() in MISSING for cell in self.texts], dtype=bool)

    @property
    def _nowhere(self) -> np.ndarray:
        return np.zeros(len(self.lines), dtype=bool)

    @property
    def present(self) -> list[str]:
        """The cells that are not missing."""
        return [cell for cell, missing in zip(self.cells, self.missing, strict=True) if not missing]

    def numbers(self, numerals: Numerals, unit: str = "") -> np.ndarray:
        """Each cell as a number, NaN where it is none or missing, shape (rows,).

        Args:
            numerals: how numbers are spelled.
            unit: the sign that each number has, or nothing.

        Raises:
            TableError: a number is infinite.
        """
        if self.values is not None:
            found = self.values.astype(np.float64)
        else:
            bare = [without_unit(cell, unit) for cell in self.texts] if unit else self.texts
            found = np.array([numerals.number(cell) for cell in bare])
        infinite = np.isinf(found)
        if np.any(infinite):
            k = int(np.argmax(infinite))
            raise TableError(f"{self.place_of(k)}: {self.cells[k]} is not finite")
        return np.where(self.missing, np.nan, found)

    @property
    def is_index(self) -> bool:
        """Whether it numbers the rows and has no name."""
        if self.name != INDEX_NAME:
            return False
        return len(set(self.cells)) == len(self.cells) and all(map(str.isdecimal, self.cells))

    def take(self, rows: np.ndarray) -> Column:
        """Some of the rows, by a mask."""
        chosen: list[int] = np.flatnonzero(rows).tolist()
        return replace(
            self,
            lines=[self.lines[k] for k in chosen],
            texts=tuple(self.texts[k] for k in chosen) if self.texts else (),
            values=None if self.values is None else self.values[chosen],
        )

    def check_complete(self, *mends: str | Mend) -> None:
        """Raise for the first cell that is missing, with what else to do than to fill it."""
        if np.any(self.missing):
            k = int(np.argmax(self.missing))
            shown = repr(self.cells[k]) if self.cells[k] else "empty"
            raise TableError(
                f"{self.place_of(k)}: the value is missing ({shown}); fill it, or remove the row, ",
                *mends,
            )

    @property
    def place(self) -> str:
        """The column, for messages."""
        return f"{self.source}, column {self.name!r}"

    def place_of(self, k: int) -> str:
        """A cell of it, for messages."""
        return f"{self.source}, {self.place_word} {self.lines[k]}, column {self.name!r}"


def spelled(value: float) -> str:
    """A number as a cell has it: 2 for 2.0, every digit where there are decimals."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return str(value)
