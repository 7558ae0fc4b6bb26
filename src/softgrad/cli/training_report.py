"""The verdict on a trained network: held-out score, confusion matrix, picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from softgrad.cli.terminal import as_text, console, plain_table, say
from softgrad.nn import History, Network
from softgrad.nn.data import Dataset, Scale


@dataclass(frozen=True)
class Verdict:
    """How a network did on held-out rows.

    Attributes:
        loss: the mean loss.
        counts: the confusion matrix of classes, rows being the true ones; empty for values.
        predicted, target: values in their own unit; empty for classes.
    """

    loss: float
    counts: np.ndarray
    predicted: np.ndarray
    target: np.ndarray

    @property
    def right(self) -> int:
        """How many rows were given their true class."""
        return int(np.trace(self.counts))

    @property
    def error(self) -> float:
        """The root of the mean squared error of values, in their unit."""
        return float(np.sqrt(np.mean(np.square(self.predicted - self.target))))

    @property
    def r_squared(self) -> float:
        """The share of the variance of values that is explained; 0 where they do not vary."""
        total = float(np.sum(np.square(self.target - self.target.mean())))
        residual = float(np.sum(np.square(self.predicted - self.target)))
        return 1.0 - residual / total if total > 0.0 else 0.0


def judge(network: Network, inputs: np.ndarray, test: Dataset, scale: Scale | None) -> Verdict:
    """Test the network; `inputs` and `scale` are standardised as in training."""
    targets = scale.apply(test.targets) if scale else test.targets
    loss = network.evaluate(inputs, targets)["loss"]
    nothing = np.zeros(0)
    if test.classes:
        n = len(test.classes)
        counts = np.zeros((n, n), dtype=np.int64)
        # Outputs that are coins of their own compete as classes do: the likeliest wins.
        found = np.argmax(network.predict(inputs), axis=1)
        np.add.at(counts, (test.targets, found), 1)
        return Verdict(loss, counts, nothing, nothing)
    predicted = network.predict(inputs)[:, 0]
    return Verdict(
        loss, np.zeros((0, 0)), scale.undo(predicted) if scale else predicted, test.targets
    )


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
