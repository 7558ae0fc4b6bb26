"""What a table's columns were in training: kept with the model, and asked of each new table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from softgrad.files.schema import flag, list_of, one_of, record, text
from softgrad.nn.data.column import Column
from softgrad.nn.data.input_column import InputColumn
from softgrad.nn.data.table import Table, near
from softgrad.nn.data.table_error import TableError

_READING = record(
    {
        "columns": list_of(
            record({"name": text, "categories": list_of(text), "unit": one_of("", "%")}), least=1
        ),
        "target": text,
        "fills": flag,
    }
)


@dataclass(frozen=True)
class TableSchema:
    """The columns that rows are read from.

    Attributes:
        columns: of the inputs, in the order of training.
        target: the name of the column that is predicted.
        fills: whether missing values are filled; else they are refused.
    """

    columns: tuple[InputColumn, ...]
    target: str = "target"
    fills: bool = False

    @property
    def names(self) -> list[str]:
        """Of the columns."""
        return [one.name for one in self.columns]

    @property
    def features(self) -> list[str]:
        """Of the inputs: one a column of numbers, one a category."""
        return [name for one in self.columns for name in one.features]

    def encode(self, table: Table) -> np.ndarray:
        """The inputs of each row, (rows, inputs); NaN where a missing number is to be filled.

        Columns are found by their names, in any order; others are left out. A table without
        names that has as many columns is read in the order of training.

        Raises:
            TableError: a column is not there, or a cell is nothing that was trained on.
        """
        columns = self._columns_of(table)
        parts = [
            one.encode(columns[one.name], table.numerals, fill=self.fills) for one in self.columns
        ]
        return np.concatenate(parts, axis=1)

    def unused(self, table: Table) -> list[str]:
        """The names of columns that are neither inputs nor the target."""
        if not table.has_names:
            return []
        known = {*self.names, self.target}
        return [name for name in table.columns if name not in known]

    def _columns_of(self, table: Table) -> dict[str, Column]:
        if not table.has_names and len(table.columns) == len(self.columns):
            return dict(zip(self.names, table.columns.values(), strict=True))
        missing = [name for name in self.names if name not in table.columns]
        if missing:
            hint = near(missing[0], table.columns)
            what = "a column" if len(missing) == 1 else f"{len(missing)} columns"
            raise TableError(
                f"{table.source}: {what} that the model was trained on "
                f"{'is' if len(missing) == 1 else 'are'} not there: "
                f"{', '.join(missing[:8])}{', ...' if len(missing) > 8 else ''}; {hint}"
            )
        return table.columns

    def as_notes(self) -> dict[str, Any]:
        """As a file keeps it."""
        columns = [
            {"name": one.name, "categories": list(one.categories), "unit": one.unit}
            for one in self.columns
        ]
        return {"columns": columns, "target": self.target, "fills": self.fills}

    @classmethod
    def from_notes(cls, notes: Any) -> TableSchema:
        """What `as_notes` gave.

        Raises:
            StorageError: the notes are something else.
        """
        found = _READING(notes, "table")
        columns = tuple(
            InputColumn(one["name"], tuple(one["categories"]), one["unit"])
            for one in found["columns"]
        )
        return cls(columns, found["target"], found["fills"])
