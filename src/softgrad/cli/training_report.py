"""The verdict on a trained network as it is shown: score, confusion matrix, picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from softgrad.cli.terminal import as_text, console, matrix_tables, say, shortened
from softgrad.nn import History
from softgrad.nn.data import Dataset
from softgrad.nn.verdict import Verdict

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

# So many signs of a class's name are shown.
_LONGEST_NAME = 24


def show(verdict: Verdict, data: Dataset) -> None:
    """Print the score and, for classes, the confusion matrix."""
    if not data.classes:
        say(
            f"held-out R² {verdict.r_squared:.3f}, root mean squared error {verdict.error:.4g}, "
            f"loss {verdict.loss:.4f}",
            "bold",
        )
        return
    rows = int(verdict.counts.sum())
    out = console()
    for table in confusion_tables(verdict.counts, data.classes, out.width):
        out.print(table)
    say(
        f"held-out accuracy {100 * verdict.right / rows:.2f} % ({verdict.right} of {rows}), "
        f"loss {verdict.loss:.4f}",
        "bold",
    )


def confusion_tables(counts: np.ndarray, classes: Sequence[str], width: int) -> Iterator[Table]:
    """Every count, in as many tables as fit the width.

    Columns are called by their classes where all of these fit, and else by the numbers that then
    stand before the names of the rows.
    """
    names = [shortened(name, _LONGEST_NAME) for name in classes]
    heads = names
    is_alike = len(set(names)) < len(names)
    if is_alike or sum(len(name) + 3 for name in names) + max(map(len, names)) + 12 > width:
        heads = [str(k) for k in range(len(names))]
        names = [f"{k:>{len(heads[-1])}}  {name}" for k, name in enumerate(names)]
    cells = [
        [_cell(int(count), right=i == j) for j, count in enumerate(row)]
        for i, row in enumerate(counts)
    ]
    return matrix_tables("true \\ predicted", names, heads, cells, width)


def _cell(count: int, *, right: bool) -> Text:
    from rich.text import Text

    if right:
        return Text(str(count), "bold green")
    return Text(str(count), "yellow") if count else as_text("·")


def as_data(history: History, verdict: Verdict, data: Dataset) -> dict[str, Any]:
    """The same as data, with each epoch's measurements."""
    held_out: dict[str, Any] = {"loss": verdict.loss}
    if data.classes:
        counts = verdict.counts
        held_out |= {"rows": int(counts.sum()), "accuracy": verdict.right / int(counts.sum())}
        held_out |= {"classes": list(data.classes), "confusion": counts.tolist()}
    else:
        held_out |= {"rows": len(verdict.target), "r_squared": verdict.r_squared}
        held_out |= {"root_mean_squared_error": verdict.error}
    epochs = asdict(history)
    del epochs["checkpoint"]  # the model, which is told of by itself
    return {"target": data.target_name, "held_out": held_out, "history": epochs}


def draw(history: History, verdict: Verdict, data: Dataset, title: str, path: Path) -> None:
    """Write the picture: curves, and what became of the held-out rows."""
    from softgrad.pictures import fit_summary, save, training_summary

    if data.classes:
        figure = training_summary(history, verdict.counts, data.classes, title=title)
    else:
        figure = fit_summary(history, verdict.predicted, verdict.target, title=title)
    save(figure, path)
