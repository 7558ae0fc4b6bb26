"""The verdict on a trained network as it is shown: score, confusion matrix, picture."""

from __future__ import annotations

from pathlib import Path

from softgrad.cli.terminal import as_text, console, plain_table, say
from softgrad.nn import History
from softgrad.nn.data import Dataset
from softgrad.nn.verdict import Verdict


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
    table = plain_table()
    table.add_column("true \\ predicted", style="cyan", no_wrap=True)
    for name in data.classes:
        table.add_column(as_text(name), justify="right")
    for i, name in enumerate(data.classes):
        cells = [_cell(int(count), right=i == j) for j, count in enumerate(verdict.counts[i])]
        table.add_row(as_text(name), *cells)
    console().print(table)
    say(
        f"held-out accuracy {100 * verdict.right / rows:.2f} % ({verdict.right} of {rows}), "
        f"loss {verdict.loss:.4f}",
        "bold",
    )


def _cell(count: int, *, right: bool) -> str:
    if right:
        return f"[bold green]{count}[/bold green]"
    return f"[yellow]{count}[/yellow]" if count else "[dim]·[/dim]"


def draw(history: History, verdict: Verdict, data: Dataset, title: str, path: Path) -> None:
    """Write the picture: curves, and what became of the held-out rows."""
    from softgrad.pictures import fit_summary, save, training_summary

    if data.classes:
        figure = training_summary(history, verdict.counts, data.classes, title=title)
    else:
        figure = fit_summary(history, verdict.predicted, verdict.target, title=title)
    save(figure, path)
