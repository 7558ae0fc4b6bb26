"""Tables that are in memory: data frames of pandas and Polars, mappings of columns, arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from io import BytesIO
from typing import Any, cast

import numpy as np

from softgrad.errors import InputTypeError, MissingPackageError, ShapeError
from softgrad.nn.data.column import Column, spelled
from softgrad.nn.data.table_error import TableError


def is_frame(rows: Any) -> bool:
    """Whether these rows have columns with names."""
    return isinstance(rows, Mapping) or (hasattr(rows, "columns") and hasattr(rows, "__getitem__"))


def read_parquet(content: bytes, source: str) -> Any:
    """The data frame of a Parquet file, by Polars or else by pandas.

    Raises:
        MissingPackageError: neither is installed.
        TableError: the file is damaged.
    """
    for name in ("polars", "pandas"):
        try:
            reader: Any = import_module(name)
        except ModuleNotFoundError:
            continue
        try:
            return reader.read_parquet(BytesIO(content))
        except ImportError:  # pandas has no reader of its own
            continue
        except Exception as error:  # each library has errors of its own
            raise TableError(f"{source}: this Parquet file cannot be read: {error}") from None
    raise MissingPackageError(
        "reading Parquet needs the package polars; install it with: pip install 'softgrad[tables]'"
    )


def columns_of_frame(frame: Any, source: str) -> dict[str, Column]:
    """Each column by its name.

    Args:
        frame: a mapping of names to columns, or a data frame of pandas, Polars or the like.
        source: the table, for messages.
    """
    names: list[Any] = list(getattr(frame, "columns", frame))
    found: dict[str, Column] = {}
    for name in names:
        values: np.ndarray = np.asarray(frame[name])
        if values.ndim != 1:
            told = "there more than once" if values.ndim == 2 else f"of shape {values.shape}"
            raise ShapeError(f"{source}: the column {name!r} is {told}")
        found[str(name)] = _column(source, str(name), values)
    if len({len(one.lines) for one in found.values()}) > 1:
        lengths = ", ".join(f"{name}: {len(one.lines)}" for name, one in found.items())
        raise ShapeError(f"{source}: columns have different lengths ({lengths})")
    return found


def columns_of_rows(rows: Any, names: Sequence[str], source: str) -> dict[str, Column]:
    """Each column of an array (rows, columns) or of a list of rows, by the names in order."""
    try:
        array: np.ndarray = np.asarray(rows)
        if array.dtype.kind in "US":  # of numbers and texts, the numbers have become texts
            array = np.asarray(rows, dtype=object)
    except ValueError as error:
        raise ShapeError(f"{source}: not a rectangular array: {error}") from None
    if array.ndim != 2:
        hint = "; one row is [row]" if array.ndim == 1 else ""
        raise ShapeError(f"{source}: shape {array.shape}; expected (rows, columns){hint}")
    if array.shape[1] != len(names):
        raise ShapeError(
            f"{source}: {array.shape[1]} columns; expected {len(names)}: {', '.join(names)}"
        )
    return {name: _column(source, name, array[:, k]) for k, name in enumerate(names)}


def _column(source: str, name: str, values: np.ndarray) -> Column:
    places = range(len(values))
    if values.dtype.kind in "fiu":
        return Column(source, name, places, values=values, place_word="row")
    if values.dtype.kind not in "bOUMmT":
        raise InputTypeError(f"{source}: column {name!r} has dtype {values.dtype}")
    items = cast("list[Any]", values.astype("U") if values.dtype.kind in "Mm" else values.tolist())
    if values.dtype.kind == "O" and all(map(_is_number, items)):
        numbers = np.array([np.nan if one is None else float(one) for one in items])
        return Column(source, name, places, values=numbers, place_word="row")
    return Column(source, name, places, tuple(map(_text, items)), place_word="row")


def _is_number(item: Any) -> bool:
    return item is None or (
        isinstance(item, int | float | np.number) and not isinstance(item, bool)
    )


def _text(item: Any) -> str:
    """A cell as a file has it; what stands for a missing value is empty."""
    if isinstance(item, str):
        return item.strip()
    if item is None or str(item) in ("<NA>", "NaT", "nan"):
        return ""
    return spelled(item)
