"""Columns of text as what a network learns from: numbers, categories, classes."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np

from softgrad.nn.data.table_error import TableError

Task = Literal["auto", "classes", "values"]

MISSING = frozenset({"", "na", "n/a", "nan", "none", "null", "?", "-"})
# A target of whole numbers with at most so many different ones counts as classes.
MOST_CLASSES = 20
# A column of texts with more different ones is a name or an identity, not a category.
MOST_CATEGORIES = 100


@dataclass(frozen=True)
class Column:
    """One column: where it is from, its name, each cell's text, and the line that it is on."""

    source: str
    name: str
    cells: list[str]
    lines: list[int]

    def numbers(self) -> list[float | None]:
        """Each cell as a finite number, or None where it is text."""
        return [_number(cell) for cell in self.cells]

    @property
    def place(self) -> str:
        """The column, for messages."""
        return f"{self.source}, column {self.name!r}"

    def place_of(self, k: int) -> str:
        """A cell of it, for messages."""
        return f"{self.source}, line {self.lines[k]}, column {self.name!r}"


def check_complete(column: Column) -> None:
    """Raise for the first cell that is missing or infinite."""
    for k, cell in enumerate(column.cells):
        if cell.lower() in MISSING:
            shown = repr(cell) if cell else "empty"
            raise TableError(
                f"{column.place_of(k)}: the value is missing ({shown}); "
                "fill it, or remove the row, or leave the column out with ",
                drop=column.name,
            )
        if cell.lower().lstrip("+-") in ("inf", "infinity"):
            raise TableError(f"{column.place_of(k)}: {cell} is not finite")


def as_inputs(column: Column, categorical: bool) -> tuple[np.ndarray, list[str]]:
    """Numbers (rows, inputs) and the inputs' names: the number, or 0 and 1 for each category."""
    numbers = column.numbers()
    texts = [k for k, number in enumerate(numbers) if number is None]
    if not texts and not categorical:
        return np.asarray(numbers, dtype=np.float64)[:, None], [column.name]
    if not categorical and 2 * len(texts) < len(numbers):
        k = texts[0]
        raise TableError(
            f"{column.place_of(k)}: {column.cells[k]!r} is not a number, and most cells are; "
            "mend it, or give ",
            categorical=column.name,
        )
    categories = sorted(set(column.cells))
    if len(categories) > MOST_CATEGORIES:
        raise TableError(
            f"{column.place}: {len(categories)} different texts are too many to be categories "
            f"(at most {MOST_CATEGORIES}); leave it out with ",
            drop=column.name,
        )
    place = {category: k for k, category in enumerate(categories)}
    codes = np.array([place[cell] for cell in column.cells])
    return np.eye(len(categories))[codes], [f"{column.name}={one}" for one in categories]


def as_targets(column: Column, task: Task) -> tuple[np.ndarray, tuple[str, ...]]:
    """Integer labels and the classes' names, or values and no names: shape (rows,)."""
    numbers = column.numbers()
    texts = [k for k, number in enumerate(numbers) if number is None]
    if task == "values" and texts:
        k = texts[0]
        raise TableError(
            f"{column.place_of(k)}: {column.cells[k]!r} is not a number, and a target of values "
            "needs numbers"
        )
    if task == "values" or (task == "auto" and not texts and not _look_like_classes(numbers)):
        return np.asarray(numbers, dtype=np.float64), ()
    labels, names = _classes(column, numbers)
    if len(names) < 2:
        raise TableError(
            f"{column.place}: every row has the class {column.cells[0]!r}; there is nothing to "
            "tell apart"
        )
    if 2 * len(names) > len(labels):
        raise TableError(
            f"{column.place}: {len(names)} classes in {len(labels)} rows; expected at least two "
            "rows a class"
        )
    return labels, names


def _look_like_classes(numbers: list[float | None]) -> bool:
    found = {number for number in numbers if number is not None}
    return len(found) <= MOST_CLASSES and all(number.is_integer() for number in found)


def _classes(column: Column, numbers: list[float | None]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Each row's label, and the names in order (numbers by size, 2 and 2.0 being one class)."""
    values = [number for number in numbers if number is not None]
    if len(values) == len(numbers):
        kinds, labels = np.unique(values, return_inverse=True)
        return labels.astype(np.int64), tuple(f"{kind:g}" for kind in kinds)
    texts, labels = np.unique(column.cells, return_inverse=True)
    return labels.astype(np.int64), tuple(str(text) for text in texts)


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if isfinite(value) else None
