"""A column that a network learns from: what it was in training is what it must be afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from softgrad.nn.data.column import Column, spelled
from softgrad.nn.data.numerals import Numerals, unit_of
from softgrad.nn.data.suspicions import (
    is_code,
    or_categorical,
    refuse_dates,
    refuse_names,
    refuse_numbers,
)
from softgrad.nn.data.table_error import Mend, TableError

_MOST_SHOWN = 8
# What becomes of a category that was not trained on.
Unknown = Literal["refuse", "none"]
UNKNOWN_RULES: tuple[Unknown, ...] = get_args(Unknown)


@dataclass(frozen=True)
class InputColumn:
    """Numbers, or categories each of which is an input of 0 and 1.

    Attributes:
        name: of the column.
        categories: their names in order; none for numbers.
        unit: the sign that each number has in a table of texts, such as "%", or nothing.
        fill: the inputs of a row without a value, once they are learned.
    """

    name: str
    categories: tuple[str, ...] = ()
    unit: str = ""
    fill: tuple[float, ...] = ()

    @classmethod
    def of(cls, column: Column, numerals: Numerals, *, categorical: bool) -> InputColumn:
        """What the column is.

        Raises:
            TableError: it is nothing that can be learned from.
        """
        if np.all(column.missing):
            raise TableError(
                f"{column.place}: every value is missing; leave it out with ",
                Mend("drop", column.name),
            )
        if column.values is not None and not categorical:
            column.numbers(numerals)
            _check_told_apart(column, numerals)
            return cls(column.name)
        present = column.present
        if not categorical and not is_code(present):
            unit = unit_of(present)
            texts = np.isnan(column.numbers(numerals, unit)) & ~column.missing
            if not np.any(texts):
                _check_told_apart(column, numerals)
                return cls(column.name, unit=unit)
            if 2 * np.count_nonzero(texts) < len(present):
                k = int(np.argmax(texts))
                raise TableError(
                    f"{column.place_of(k)}: {column.cells[k]!r} is not a number, and most cells "
                    "are; mend it, or give ",
                    Mend("categorical", column.name),
                )
            refuse_numbers(column, numerals)
            also = or_categorical(column, len(set(present)))
            refuse_dates(column, "leave the column out with ", Mend("drop", column.name), *also)
        categories = sorted(set(present))
        refuse_names(column, len(categories), numerals, categorical=categorical)
        return cls(column.name, tuple(categories))

    @property
    def features(self) -> list[str]:
        """The names of its inputs."""
        return [f"{self.name}={one}" for one in self.categories] or [self.name]

    def encode(self, column: Column, numerals: Numerals, unknown: Unknown) -> np.ndarray:
        """The inputs (rows, inputs); what fills them, or NaN, where a value is missing.

        Raises:
            TableError: a cell is nothing that was trained on.
        """
        inputs = (
            self._codes(column, unknown) if self.categories else self._numbers(column, numerals)
        )
        return np.where(np.isnan(inputs), self.fill, inputs) if self.fill else inputs

    def unknown(self, column: Column) -> list[str]:
        """The cells that are no category that was trained on."""
        if not self.categories:
            return []
        place = self._places(column)
        return [cell for cell in column.present if cell not in place]

    def _numbers(self, column: Column, numerals: Numerals) -> np.ndarray:
        numbers = column.numbers(numerals, self.unit)
        texts = np.isnan(numbers) & ~column.missing
        if np.any(texts):
            refuse_numbers(column, numerals)
            k = int(np.argmax(texts))
            kind = f"a number and {self.unit}" if self.unit else "a number"
            raise TableError(f"{column.place_of(k)}: {column.cells[k]!r} is not {kind}")
        return numbers[:, None]

    def _places(self, column: Column) -> dict[str, int]:
        """The input of each category, by every spelling that the column may have of it."""
        place = {category: k for k, category in enumerate(self.categories)}
        if column.values is not None:  # 1 stands for "1.0", which a file may have
            for category, k in _numeric(self.categories):
                place.setdefault(category, k)
        return place

    def _codes(self, column: Column, unknown: Unknown) -> np.ndarray:
        place = self._places(column)
        inputs = np.zeros((len(column.lines), len(self.categories)))
        inputs[column.missing] = np.nan
        for row, (cell, missing) in enumerate(zip(column.cells, column.missing, strict=True)):
            if missing:
                continue
            if cell in place:
                inputs[row, place[cell]] = 1.0
            elif unknown == "refuse":
                known = ", ".join(self.categories[:_MOST_SHOWN])
                more = ", ..." if len(self.categories) > _MOST_SHOWN else ""
                raise TableError(
                    f"{column.place_of(row)}: {cell!r} is no category that was trained on; known: "
                    f"{known}{more}; take it for none of them with ",
                    Mend("unknown", "none"),
                )
        return inputs


def remarks_on(described: InputColumn, column: Column) -> Iterator[str]:
    """What a reader of the table may not have meant."""
    if column.values is not None and not described.categories:
        numbers = column.values[~column.missing]
        present = [spelled(one) for one in np.unique(numbers)[:2].tolist()]
        counts = numbers[0] in (0, 1) and np.array_equal(
            numbers, numbers[0] + np.arange(len(numbers))
        )
    else:
        present = column.present
        counts = present[0] in ("0", "1") and all(
            cell == str(k) for k, cell in enumerate(present, int(present[0]))
        )
    if len(set(present)) == 1:
        yield f"{column.name} is {present[0]!r} in every row: nothing is learned from it"
        return
    if described.unit:
        yield f"{column.name} is in {described.unit}"
    if described.categories:
        if is_code(present):
            yield (
                f"{column.name} has numbers with zeros in front: taken for "
                f"{len(described.categories)} categories, not for numbers"
            )
        return
    if counts and len(column.lines) > 2:
        yield f"{column.name} looks like a number of the row, from which nothing is learned"


def _check_told_apart(column: Column, numerals: Numerals) -> None:
    """Raise for whole numbers of so many digits that one float stands for several."""
    if column.values is not None and column.values.dtype.kind not in "iu":
        return
    if column.values is not None and not np.any(column.values > 2**53):
        return
    long = {cell for cell in column.present if len(cell) > 15 and cell.lstrip("+-").isdecimal()}
    if len({numerals.number(cell) for cell in long}) < len(long):
        raise TableError(
            f"{column.place}: numbers of {max(map(len, long))} digits, of which no float tells all "
            "apart, look like the names of rows; leave it out with ",
            Mend("drop", column.name),
            *or_categorical(column, len(set(column.present))),
        )


def _numeric(categories: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Categories that are numbers in the shortest spelling, where only one has that number."""
    values = [Numerals().number(one) for one in categories]
    for k, value in enumerate(values):
        if np.isfinite(value) and values.count(value) == 1:
            yield spelled(value), k
