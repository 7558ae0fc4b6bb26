"""A table as rows to learn from, or one line that says which cell is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from softgrad.errors import ParameterError
from softgrad.nn.data.column import Column
from softgrad.nn.data.dataset import Dataset
from softgrad.nn.data.filling import MISSING_RULES, MissingRule
from softgrad.nn.data.input_column import InputColumn, remarks_on
from softgrad.nn.data.numerals import Numerals
from softgrad.nn.data.schema import TableSchema
from softgrad.nn.data.table import Table, TextFormat, open_table
from softgrad.nn.data.table_error import Mend, TableError
from softgrad.nn.data.target_column import Task, as_targets, remarks_on_classes

TASKS = ("auto", "classes", "values")


def read_table(
    rows: Any,
    target: str,
    *,
    task: Task = "auto",
    categorical: Sequence[str] = (),
    drop: Sequence[str] = (),
    missing: MissingRule = "refuse",
    **format: Unpack[TextFormat],
) -> Dataset:
    """Read a table: a CSV file (commas, semicolons, tabs or bars), Parquet, gzip, or a data frame.

    A column of numbers is one input; a column of texts, or one named in `categorical`, becomes
    one input of 0 and 1 a category. The target is classes if it has texts, or if its numbers are
    whole and at most 20 different ones; otherwise values. `task` decides where this is wrong.
    Classes are called as their cells are: 7, 007 and 7.0 are three.

    Args:
        rows: the path of the file, or a data frame of pandas or Polars, or a mapping of columns.
        target: the column to predict.
        task: "classes", "values", or "auto" for the rule above.
        categorical: columns whose numbers are categories.
        drop: columns to leave out.
        missing: "refuse" missing values, or fill them by what the rows that are trained on have
            (`Dataset.split` and `filled` do): numbers by their "mean" or "median" and categories by
            none, or both by the "most_frequent". Rows without a target are then left out.
        format: encoding and spelling of numbers; see `TextFormat`.

    Raises:
        TableError: the table or a cell cannot be used; the message names line and column.
        StorageError: there is no such file, or it cannot be read.
    """
    for argument, value, known in (("task", task, TASKS), ("missing", missing, MISSING_RULES)):
        if value not in known:
            raise ParameterError(f"{argument} is {value!r}; expected {', '.join(known)}")
    table = open_table(rows, **format)
    for argument, names in (("target", (target,)), ("categorical", categorical), ("drop", drop)):
        for name in names:
            if name not in table.columns:
                raise TableError(
                    f"{table.source}: no column is called {name!r} ({argument}); {table.near(name)}"
                )
    inputs = [one for name, one in table.columns.items() if name != target and name not in drop]
    if not inputs:
        raise TableError(f"{table.source}: no column is left as input beside the target {target!r}")
    goal, inputs = _with_targets(table.columns[target], inputs, missing)
    if missing == "refuse":
        for column in inputs:
            column.check_complete(
                "or leave the column out with ",
                Mend("drop", column.name),
                ", or have missing values filled with ",
                Mend("missing", "mean"),
            )
    described = _described(inputs, table.numerals, categorical)
    targets, classes = as_targets(goal, task, table.numerals)
    schema = TableSchema(tuple(described), target, missing)
    remarks = [*table.remarks]
    for one, column in zip(described, inputs, strict=True):
        remarks += remarks_on(one, column)
    remarks += _remarks_on_gaps(table.columns[target], goal, inputs, missing)
    remarks += remarks_on_classes(goal, classes, table.numerals)
    kept = Table(table.source, {one.name: one for one in inputs}, table.numerals)
    return Dataset(
        name=Path(table.source).name,
        inputs=schema.encode(kept),
        targets=targets,
        classes=classes,
        features=tuple(schema.features),
        target_name=target,
        schema=schema,
        remarks=tuple(remarks),
    )


def _described(
    inputs: list[Column], numerals: Numerals, categorical: Sequence[str]
) -> list[InputColumn]:
    """What each column is; an error names every one that is nothing to learn from."""
    described: list[InputColumn] = []
    faults: dict[str, TableError] = {}
    for column in inputs:
        try:
            is_categorical = column.name in categorical
            described.append(InputColumn.of(column, numerals, categorical=is_categorical))
        except TableError as error:
            faults[column.name] = error
    if faults:
        first, *others = faults
        more = f"; nor can these be used as they are: {', '.join(others)}" if others else ""
        raise TableError(*faults[first].parts, more) from None
    return described


def _with_targets(
    goal: Column, inputs: list[Column], missing: MissingRule
) -> tuple[Column, list[Column]]:
    """The rows that have a target."""
    if missing == "refuse" or not np.any(goal.missing):
        goal.check_complete("or leave out rows without a target with ", Mend("missing", "mean"))
        return goal, inputs
    chosen = ~goal.missing
    if not np.any(chosen):
        raise TableError(f"{goal.place}: every value of the target is missing")
    return goal.take(chosen), [one.take(chosen) for one in inputs]


def _remarks_on_gaps(
    whole: Column, goal: Column, inputs: list[Column], missing: MissingRule
) -> Iterator[str]:
    """What was filled, and which rows were left out."""
    left_out = len(whole.lines) - len(goal.lines)
    if left_out:
        yield f"{left_out} rows without a {whole.name} are left out"
    filled = {one.name: int(np.count_nonzero(one.missing)) for one in inputs}
    told = ", ".join(f"{name} ({count})" for name, count in filled.items() if count)
    if told:
        how = "what is there most often" if missing == "most_frequent" else f"the {missing}"
        yield f"missing values are filled by {how}: {told}"
