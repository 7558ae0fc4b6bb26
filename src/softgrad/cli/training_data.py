"""The data that `softgrad train` is given: bundled by name, or a CSV file by its path."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from softgrad.cli.csv_table import Task, read_csv
from softgrad.cli.failure import CommandError, did_you_mean
from softgrad.evidence.experiments.datasets import BUNDLED, Dataset, load_bundled
from softgrad.files.paths import other_kind


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
        return read_csv(path, target, task=cast(Task, task), categorical=categorical, drop=drop)
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


def _names() -> str:
    return ", ".join(name.replace("_", "-") for name in BUNDLED)
