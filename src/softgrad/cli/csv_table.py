"""A CSV file as rows of inputs and a target, or one line that says which cell is wrong."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Literal

import numpy as np

from softgrad.cli.failure import CommandError, did_you_mean
from softgrad.evidence.experiments.datasets import Dataset

Task = Literal["auto", "classes", "values"]

MISSING = frozenset({"", "na", "n/a", "nan", "none", "null", "?", "-"})
# A target of whole numbers with at most so many different ones counts as classes.
MOST_CLASSES = 20
# A column of texts with more different ones is a name or an identity, not a category.
MOST_CATEGORIES = 100


@dataclass(frozen=True)
class Column:
    """One column: its name, the text of each cell, and the line of the file it is on."""

    name: str
    cells: list[str]
    lines: list[int]

    def numbers(self) -> list[float | None]:
        """Each cell as a finite number, or None where it is text."""
        return [_number(cell) for cell in self.cells]


def read_csv(
    path: Path,
    target: str | None,
    *,
    task: Task = "auto",
    categorical: tuple[str, ...] = (),
    drop: tuple[str, ...] = (),
) -> Dataset:
    """Read a CSV file with a header.

    A column of numbers is one input; a column of texts, or one named in `categorical`, becomes
    one input of 0 and 1 a category. The target is classes if it has texts, or if its numbers are
    whole and at most 20 different ones; otherwise values. `task` decides where this is wrong.

    Raises:
        CommandError: the file or a cell cannot be used; the message names line and column.
    """
    columns = _columns(path)
    if target is None:
        raise CommandError(f"{path}: --target COLUMN is needed; columns: {', '.join(columns)}")
    for option, names in (
        ("--target", (target,)),
        ("--categorical", categorical),
        ("--drop", drop),
    ):
        for name in names:
            if name not in columns:
                raise CommandError(
                    f"{path}: {option} {name}: no such column; {did_you_mean(name, list(columns))}"
                )
    inputs = [one for name, one in columns.items() if name != target and name not in drop]
    if not inputs:
        raise CommandError(f"{path}: no column is left as input beside the target {target!r}")
    for column in (*inputs, columns[target]):
        _check_complete(path, column)
    parts = [_encode(path, column, column.name in categorical) for column in inputs]
    targets, classes = _targets(path, columns[target], task)
    return Dataset(
        name=path.name,
        inputs=np.concatenate([values for values, _ in parts], axis=1),
        targets=targets,
        classes=classes,
        features=tuple(name for _, names in parts for name in names),
        target_name=target,
    )


def _columns(path: Path) -> dict[str, Column]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: not a UTF-8 text file (byte {error.start})") from None
    except OSError as error:
        raise CommandError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
    if "\0" in text:
        raise CommandError(f"{path}: not a text file")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(text.splitlines(), delimiter=delimiter, skipinitialspace=True)
    try:
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise CommandError(f"{path}, line {reader.line_num}: {error}") from None
    if not rows:
        raise CommandError(f"{path}: the file is empty")
    header = [name.strip() for name in rows[0][1]]
    if len(rows) == 1:
        raise CommandError(f"{path}: there is a header and no row below it")
    for position, name in enumerate(header, 1):
        if not name:
            raise CommandError(f"{path}: column {position} of the header has no name")
        if header.count(name) > 1:
            raise CommandError(f"{path}: the column {name!r} is there {header.count(name)} times")
    for line, row in rows[1:]:
        if len(row) != len(header):
            raise CommandError(
                f"{path}, line {line}: {len(row)} cells; the header has {len(header)} columns"
            )
    lines = [line for line, _ in rows[1:]]
    return {
        name: Column(name, [row[k].strip() for _, row in rows[1:]], lines)
        for k, name in enumerate(header)
    }


def _check_complete(path: Path, column: Column) -> None:
    for line, cell in zip(column.lines, column.cells, strict=True):
        if cell.lower() in MISSING:
            shown = repr(cell) if cell else "empty"
            raise CommandError(
                f"{path}, line {line}, column {column.name!r}: the value is missing ({shown}); "
                f"fill it, or remove the row, or leave the column out with --drop {column.name}"
            )
        if cell.lower().lstrip("+-") in ("inf", "infinity"):
            raise CommandError(f"{path}, line {line}, column {column.name!r}: {cell} is not finite")


def _encode(path: Path, column: Column, categorical: bool) -> tuple[np.ndarray, list[str]]:
    numbers = column.numbers()
    texts = [k for k, number in enumerate(numbers) if number is None]
    if not texts and not categorical:
        return np.asarray(numbers, dtype=np.float64)[:, None], [column.name]
    if not categorical and 2 * len(texts) < len(numbers):
        k = texts[0]
        raise CommandError(
            f"{path}, line {column.lines[k]}, column {column.name!r}: {column.cells[k]!r} is not "
            f"a number, and most cells are; mend it, or give --categorical {column.name}"
        )
    categories = sorted(set(column.cells))
    if len(categories) > MOST_CATEGORIES:
        raise CommandError(
            f"{path}, column {column.name!r}: {len(categories)} different texts are too many to "
            f"be categories (at most {MOST_CATEGORIES}); leave it out with --drop {column.name}"
        )
    place = {category: k for k, category in enumerate(categories)}
    codes = np.array([place[cell] for cell in column.cells])
    return np.eye(len(categories))[codes], [f"{column.name}={one}" for one in categories]


def _targets(path: Path, column: Column, task: Task) -> tuple[np.ndarray, tuple[str, ...]]:
    numbers = column.numbers()
    texts = [k for k, number in enumerate(numbers) if number is None]
    if task == "values" and texts:
        k = texts[0]
        raise CommandError(
            f"{path}, line {column.lines[k]}, column {column.name!r}: {column.cells[k]!r} is not "
            "a number, and --task values needs numbers"
        )
    if task == "values" or (task == "auto" and not texts and not _look_like_classes(numbers)):
        return np.asarray(numbers, dtype=np.float64), ()
    labels, names = _classes(column, numbers)
    if len(names) < 2:
        raise CommandError(
            f"{path}, column {column.name!r}: every row has the class {column.cells[0]!r}; "
            "there is nothing to tell apart"
        )
    if 2 * len(names) > len(labels):
        raise CommandError(
            f"{path}, column {column.name!r}: {len(names)} classes in {len(labels)} rows; "
            "expected at least two rows a class"
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
