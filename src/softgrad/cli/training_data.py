"""The data that `softgrad train` is given: bundled by name, or a CSV file by its path."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from softgrad.cli.failure import CommandError, did_you_mean
from softgrad.files.paths import other_kind
from softgrad.nn.data import BUNDLED, Dataset, TableError, load_bundled, read_table
from softgrad.nn.data.columns import Task
from softgrad.nn.data.table import read_columns


def read_data(
    data: str, target: str | None, task: str, categorical: tuple[str, ...], drop: tuple[str, ...]
) -> Dataset:
    """The data set; a bundled name comes before a file of that name."""
    if data.replace("-", "_") in BUNDLED:
        if target is not None or task != "auto" or categorical or drop:
            raise CommandError(
                f"{data} is bundled data with its own target; --target, --task, --categorical "
                "and --drop are for CSV files"
            )
        return load_bundled(data)
    path = Path(data)
    if path.is_file():
        return _read_table(path, target, cast(Task, task), categorical, drop)
    if path.is_dir():
        raise CommandError(f"{data}: this is a folder; expected a CSV file or one of {_names()}")
    if path.exists():
        raise CommandError(f"{data}: this is {other_kind(path.stat())}; expected a CSV file")
    if path.suffix or "/" in data:
        raise CommandError(f"{data}: there is no such file")
    raise CommandError(
        f"no data is called {data!r}; {did_you_mean(data, list(BUNDLED))} "
        "(or give the path of a CSV file)"
    )


def _read_table(
    path: Path, target: str | None, task: Task, categorical: tuple[str, ...], drop: tuple[str, ...]
) -> Dataset:
    try:
        if target is None:
            known = ", ".join(read_columns(path))
            raise CommandError(f"{path}: --target COLUMN is needed; columns: {known}")
        return read_table(path, target, task=task, categorical=categorical, drop=drop)
    except TableError as error:
        raise CommandError(error.told(lambda option, column: f"--{option} {column}")) from None


def _names() -> str:
    return ", ".join(name.replace("_", "-") for name in BUNDLED)
