"""A CSV file as rows of inputs and a target, or one line that says which cell is wrong."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

import numpy as np

from softgrad.errors import ParameterError
from softgrad.files import as_path, open_file
from softgrad.nn.data.columns import Column, Task, as_inputs, as_targets, check_complete
from softgrad.nn.data.dataset import Dataset
from softgrad.nn.data.table_error import TableError

TASKS = ("auto", "classes", "values")


def read_table(
    path: str | Path,
    target: str,
    *,
    task: Task = "auto",
    categorical: Sequence[str] = (),
    drop: Sequence[str] = (),
) -> Dataset:
    """Read a CSV file with a header: commas, semicolons or tabs, in UTF-8.

    A column of numbers is one input; a column of texts, or one named in `categorical`, becomes
    one input of 0 and 1 a category. The target is classes if it has texts, or if its numbers are
    whole and at most 20 different ones; otherwise values. `task` decides where this is wrong.

    Args:
        path: of the file.
        target: the column to predict.
        task: "classes", "values", or "auto" for the rule above.
        categorical: columns whose numbers are categories.
        drop: columns to leave out.

    Raises:
        TableError: the file or a cell cannot be used; the message names line and column.
        StorageError: there is no such file, or it cannot be read.
    """
    if task not in TASKS:
        raise ParameterError(f"task is {task!r}; expected {', '.join(TASKS)}")
    path = as_path(path)
    columns = read_columns(path)
    for argument, names in (("target", (target,)), ("categorical", categorical), ("drop", drop)):
        for name in names:
            if name not in columns:
                raise TableError(
                    f"{path}: no column is called {name!r} ({argument}); {_near(name, columns)}"
                )
    inputs = [one for name, one in columns.items() if name != target and name not in drop]
    if not inputs:
        raise TableError(f"{path}: no column is left as input beside the target {target!r}")
    for column in (*inputs, columns[target]):
        check_complete(column)
    parts = [as_inputs(column, column.name in categorical) for column in inputs]
    targets, classes = as_targets(columns[target], task)
    return Dataset(
        name=path.name,
        inputs=np.concatenate([values for values, _ in parts], axis=1),
        targets=targets,
        classes=classes,
        features=tuple(name for _, names in parts for name in names),
        target_name=target,
    )


def _near(name: str, columns: dict[str, Column]) -> str:
    close = get_close_matches(name, columns, n=3)
    return f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(columns)}"


def read_columns(path: Path) -> dict[str, Column]:
    """Each column of a CSV file by its name, in their order; every row has a cell in each."""
    with open_file(path) as file:
        content = file.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(f"{path}: not a UTF-8 text file (byte {error.start})") from None
    if "\0" in text:
        raise TableError(f"{path}: not a text file")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise TableError(f"{path}, line {reader.line_num}: {error}") from None
    if not rows:
        raise TableError(f"{path}: the file is empty")
    header = [name.strip() for name in rows[0][1]]
    if len(rows) == 1:
        raise TableError(f"{path}: there is a header and no row below it")
    for position, name in enumerate(header, 1):
        if not name:
            raise TableError(f"{path}: column {position} of the header has no name")
        if header.count(name) > 1:
            raise TableError(f"{path}: the column {name!r} is there {header.count(name)} times")
    for line, row in rows[1:]:
        if len(row) != len(header):
            raise TableError(
                f"{path}, line {line}: {len(row)} cells; the header has {len(header)} columns"
            )
    lines = [line for line, _ in rows[1:]]
    return {
        name: Column(str(path), name, [row[k].strip() for _, row in rows[1:]], lines)
        for k, name in enumerate(header)
    }
