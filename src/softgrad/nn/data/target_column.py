"""The column to predict: classes, each called as its cells are, or values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from softgrad.nn.data.column import Column
from softgrad.nn.data.numerals import Numerals, unit_of
from softgrad.nn.data.suspicions import is_code, refuse_dates, refuse_numbers
from softgrad.nn.data.table_error import Mend, TableError

Task = Literal["auto", "classes", "values"]

# A target of whole numbers with at most so many different ones counts as classes.
MOST_CLASSES = 20


def as_targets(
    column: Column, task: Task, numerals: Numerals
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Integer labels and the classes' names, or values and no names: shape (rows,).

    Raises:
        TableError: the column is neither.
    """
    if task != "classes":
        unit = "" if column.values is not None else unit_of(column.present)
        numbers = column.numbers(numerals, unit)
        texts = np.isnan(numbers)
        if task == "values" or np.any(texts):
            _check_numbers(column, texts, task, numerals)
        if task == "values" or not (np.any(texts) or _look_like_classes(column, numbers)):
            return numbers, ()
    return _classes(column, numerals)


def _check_numbers(column: Column, texts: np.ndarray, task: Task, numerals: Numerals) -> None:
    """Raise for texts among numbers, and for numbers that are spelled otherwise."""
    if not np.any(texts):
        return
    refuse_numbers(column, numerals)
    k = int(np.argmax(texts))
    if task == "values":
        raise TableError(
            f"{column.place_of(k)}: {column.cells[k]!r} is not a number, and a target of values "
            "needs numbers"
        )
    if 2 * np.count_nonzero(texts) < len(texts):
        raise TableError(
            f"{column.place_of(k)}: {column.cells[k]!r} is not a number, and most cells of the "
            "target are; mend it, or give ",
            Mend("task", "classes"),
        )
    refuse_dates(column, "give ", Mend("task", "classes"))


def _look_like_classes(column: Column, numbers: np.ndarray) -> bool:
    if column.values is None and is_code(column.present):
        return True
    found = np.unique(numbers)
    return len(found) <= MOST_CLASSES and bool(np.all(found == np.floor(found)))


def _classes(column: Column, numerals: Numerals) -> tuple[np.ndarray, tuple[str, ...]]:
    """Each row's label, and the names in order: numbers by size, texts by the alphabet."""
    names = sorted(set(column.cells))
    are_numbers = numerals.all_numbers(names)
    if are_numbers:
        names.sort(key=numerals.number)
    if len(names) < 2:
        raise TableError(
            f"{column.place}: every row has the class {column.cells[0]!r}; there is nothing to "
            "tell apart"
        )
    if 2 * len(names) > len(column.cells):
        raise TableError(
            f"{column.place}: {len(names)} classes in {len(column.cells)} rows; expected at least "
            "two rows a class",
            *(("; values are predicted with ", Mend("task", "values")) if are_numbers else ()),
        )
    label = {name: k for k, name in enumerate(names)}
    return np.array([label[cell] for cell in column.cells], dtype=np.int64), tuple(names)


def remarks_on_classes(
    column: Column, classes: tuple[str, ...], numerals: Numerals
) -> Iterator[str]:
    """What a reader of the table may not have meant."""
    if not classes:
        if column.values is None and (unit := unit_of(column.present)):
            yield f"{column.name} is in {unit}"
        return
    one_number: dict[float, str] = {}
    for name in classes:
        value = numerals.number(name)
        # Of numbers that long, the same float is no sign of the same number.
        if np.isfinite(value) and abs(value) < 2**53:
            other = one_number.setdefault(value, name)
            if other != name:
                yield f"{column.name} has {other} and {name}: two classes, one number"
    folded: dict[str, str] = {}
    for name in classes:
        other = folded.setdefault(name.casefold(), name)
        if other != name:
            yield f"{column.name} has {other!r} and {name!r}: two classes that differ by case"
    counts = {name: column.cells.count(name) for name in classes}
    rare = [name for name, count in counts.items() if count == 1]
    if rare:
        yield f"{column.name}: there is only one row of {', '.join(map(repr, rare))}"
