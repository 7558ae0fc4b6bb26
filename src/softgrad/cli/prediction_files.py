"""Predictions as a file has them: CSV, packed where its name says so, or Parquet."""

from __future__ import annotations

import csv
import gzip
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from softgrad.cli.failure import CommandError, need

if TYPE_CHECKING:
    import numpy as np

    from softgrad.nn import Predictor

_SHEETS = (".xlsx", ".xls", ".ods", ".json", ".feather", ".arrow")


def check_kind(path: Path | None) -> None:
    """Raise unless a file of this name can be written."""
    if path is None:
        return
    if path.suffix == ".parquet":
        need("polars")
    if path.suffix.lower() in _SHEETS:
        raise CommandError(f"output {path}: expected a name that ends in .csv, .csv.gz or .parquet")


def content(path: Path, predictor: Predictor, outputs: np.ndarray) -> bytes:
    """What goes into the file: a row a row, the class and what each class has, or the value."""
    columns = _columns(predictor, outputs)
    if path.suffix == ".parquet":
        import polars

        file = BytesIO()
        polars.DataFrame(columns).write_parquet(file)
        return file.getvalue()
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    written = text.getvalue().encode()
    return gzip.compress(written, mtime=0) if path.suffix == ".gz" else written


def kind(predictor: Predictor) -> str:
    """What each class has."""
    return "probability" if predictor.gives_probabilities else "score"


def _columns(predictor: Predictor, outputs: np.ndarray) -> dict[str, list[Any]]:
    columns = {f"predicted {predictor.schema.target}": predictor.decide(outputs).tolist()}
    for k, name in enumerate(predictor.classes):
        columns[f"{kind(predictor)} of {name}"] = outputs[:, k].tolist()
    return columns
