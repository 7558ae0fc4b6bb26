"""The data that `softgrad train` is given: bundled by name, or a table's file by its path."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from softgrad.cli.failure import CommandError
from softgrad.cli.table_options import refused
from softgrad.error_words import did_you_mean
from softgrad.files.paths import other_kind
from softgrad.nn.data import BUNDLED, Dataset, TableError, TextFormat, load_bundled, read_table
from softgrad.nn.data.filling import MissingRule
from softgrad.nn.data.table import open_table
from softgrad.nn.data.target_column import Task


@dataclass(frozen=True, kw_only=True)
class TableChoices:
    """What the options say of a table's columns."""

    target: str | None
    task: str
    categorical: tuple[str, ...]
    drop: tuple[str, ...]
    missing: str
    format: TextFormat

    @property
    def are_given(self) -> bool:
        """Whether any of them is not its default."""
        format = {name: value for name, value in self.format.items() if value not in (None, "")}
        return (
            self.target is not None
            or (self.task, self.missing) != ("auto", "refuse")
            or bool(self.categorical or self.drop)
            or format != {"decimal": "."}
        )


def read_data(data: str, choices: TableChoices) -> Dataset:
    """The data set; a bundled name comes before a file of that name."""
    if data.replace("-", "_") in BUNDLED:
        if choices.are_given:
            raise CommandError(
                f"{data} is bundled data with its own target; --target, --task, --categorical, "
                "--drop and how a file is read are for files"
            )
        return load_bundled(data)
    path = Path(data)
    if path.is_file():
        return _read_table(path, choices)
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


def _read_table(path: Path, choices: TableChoices) -> Dataset:
    try:
        if choices.target is None:
            known = ", ".join(open_table(path, **choices.format).columns)
            raise CommandError(f"{path}: --target COLUMN is needed; columns: {known}")
        return read_table(
            path,
            choices.target,
            task=cast(Task, choices.task),
            categorical=choices.categorical,
            drop=choices.drop,
            missing=cast(MissingRule, choices.missing),
            **choices.format,
        )
    except TableError as error:
        raise refused(error) from None


def _names() -> str:
    return ", ".join(name.replace("_", "-") for name in BUNDLED)
