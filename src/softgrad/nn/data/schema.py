"""What a table's columns were in training: kept with the model, and asked of each new table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from softgrad.errors import StorageError
from softgrad.files.schema import list_of, number, one_of, record, text
from softgrad.nn.data.column import Column
from softgrad.nn.data.filling import MISSING_RULES, MissingRule, fill_of
from softgrad.nn.data.input_column import InputColumn, Unknown
from softgrad.nn.data.numerals import UNITS
from softgrad.nn.data.table import Table, near
from softgrad.nn.data.table_error import Mend, TableError

_READING = record(
    {
        "columns": list_of(
            record(
                {
                    "name": text,
                    "categories": list_of(text),
                    "unit": one_of("", *UNITS),
                    "fill": list_of(number()),
                }
            ),
            least=1,
        ),
        "target": text,
        "missing": one_of(*MISSING_RULES),
    }
)


@dataclass(frozen=True)
class TableSchema:
    """The columns that rows are read from.

    Attributes:
        columns: of the inputs, in the order of training.
        target: the name of the column that is predicted.
        missing: what becomes of missing values.
    """

    columns: tuple[InputColumn, ...]
    target: str = "target"
    missing: MissingRule = "refuse"

    @property
    def names(self) -> list[str]:
        """Of the columns."""
        return [one.name for one in self.columns]

    @property
    def features(self) -> list[str]:
        """Of the inputs: one a column of numbers, one a category."""
        return [name for one in self.columns for name in one.features]

    def encode(self, table: Table, unknown: Unknown = "refuse") -> np.ndarray:
        """The inputs of each row, (rows, inputs); NaN where a value is yet to be filled.

        Columns are found by their names, in any order; others are left out. A table without
        names that has as many columns is read in the order of training.

        Raises:
            TableError: a column is not there, or a cell is nothing that was trained on.
        """
        columns = self._columns_of(table)
        if self.missing == "refuse":
            for one in self.columns:
                columns[one.name].check_complete("or train with ", Mend("missing", "mean"))
        parts = [one.encode(columns[one.name], table.numerals, unknown) for one in self.columns]
        return np.concatenate(parts, axis=1)

    def learned(self, inputs: np.ndarray) -> TableSchema:
        """The same with what fills missing values, by inputs (rows, inputs) that have NaN there."""
        if self.missing == "refuse" or self.columns[0].fill:
            return self
        columns: list[InputColumn] = []
        first = 0
        for one in self.columns:
            last = first + len(one.features)
            is_categories = bool(one.categories)
            fill = fill_of(inputs[:, first:last], self.missing, is_categories=is_categories)
            columns.append(replace(one, fill=fill))
            first = last
        return replace(self, columns=tuple(columns))

    def filled(self, inputs: np.ndarray) -> np.ndarray:
        """Inputs (rows, inputs) with what was learned in the place of NaN."""
        fill = [value for one in self.columns for value in one.fill]
        return np.where(np.isnan(inputs), fill, inputs) if fill else inputs

    def unknown(self, table: Table) -> dict[str, list[str]]:
        """By the column, each cell that is no category that was trained on."""
        columns = self._columns_of(table)
        found = {one.name: one.unknown(columns[one.name]) for one in self.columns}
        return {name: cells for name, cells in found.items() if cells}

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
            {
                "name": one.name,
                "categories": list(one.categories),
                "unit": one.unit,
                "fill": list(one.fill),
            }
            for one in self.columns
        ]
        return {"columns": columns, "target": self.target, "missing": self.missing}

    @classmethod
    def from_notes(cls, notes: Any) -> TableSchema:
        """What `as_notes` gave.

        Raises:
            StorageError: the notes are something else.
        """
        found = _READING(notes, "table")
        columns = tuple(
            InputColumn(one["name"], tuple(one["categories"]), one["unit"], tuple(one["fill"]))
            for one in found["columns"]
        )
        for one in columns:
            wanted = 0 if found["missing"] == "refuse" else len(one.features)
            if len(one.fill) != wanted:
                raise StorageError(
                    f"table: the column {one.name!r} has {len(one.fill)} numbers in the place of a "
                    f"missing value; expected {wanted}"
                )
        return cls(columns, found["target"], found["missing"])
