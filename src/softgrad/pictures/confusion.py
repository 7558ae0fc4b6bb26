"""Who was taken for whom: a confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from softgrad.pictures.palette import INK, MUTED
from softgrad.pictures.style import ERRORS, SEQUENTIAL, bare, drawn_names, house_style, new_figure


def confusion_matrix(counts: Any, labels: Sequence[str] | None = None) -> Figure:
    """Counts as a heat map: rows are the true classes, columns the predicted ones.

    Args:
        counts: shape (n, n); counts[i, j] rows of class i were predicted as j.
        labels: the classes' names.
    """
    with house_style():
        side = confusion_side(len(counts), labels)
        figure = new_figure(side + 0.6, side)
        draw_confusion(figure.add_subplot(), np.asarray(counts), labels)
    return figure


def confusion_side(n: int, labels: Sequence[str] | None = None) -> float:
    """Inches of the matrix and its names, at which both can be read."""
    longest = max(map(len, drawn_names(labels or ["0"])))
    return min(12.0, max(3.6, 0.36 * n + 1.2 + 0.07 * longest))


def draw_confusion(axes: Any, counts: np.ndarray, labels: Sequence[str] | None = None) -> None:
    """The confusion matrix on axes that exist, each cell coloured by its share of the true class.

    What was right is blue, what was wrong orange.
    """
    n = len(counts)
    names = drawn_names([str(k) for k in range(n)] if labels is None else labels)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    right = np.eye(n, dtype=bool)
    line = 1.2 if n <= 24 else 0.0
    # An error's colour is full at half of its class, so that a few wrong rows can be seen.
    for shown, colours, full in ((right, SEQUENTIAL, 1.0), (~right, ERRORS, 0.5)):
        cells = np.ma.masked_array(share, ~shown)
        axes.pcolormesh(
            cells, cmap=colours, norm=PowerNorm(0.6, 0.0, full), edgecolors="white", linewidth=line
        )
    axes.invert_yaxis()
    axes.set_aspect("equal")
    bare(axes)
    crowded = n * max(map(len, names)) > 40
    size = 10 if n <= 12 else 8
    axes.set_xticks(
        np.arange(n) + 0.5,
        names,
        rotation=(90 if n > 12 else 35) if crowded else 0,
        ha="right" if crowded else "center",
        va="center" if crowded and n > 12 else "top",
        rotation_mode="anchor" if crowded else "default",
        fontsize=size,
    )
    axes.set_yticks(np.arange(n) + 0.5, names, fontsize=size)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    if n <= 24:
        _write_counts(axes, counts, share)


def _write_counts(axes: Any, counts: np.ndarray, share: np.ndarray) -> None:
    n = len(counts)
    for i in range(n):
        for j in range(n):
            if counts[i, j] == 0 and n > 4:
                continue
            wrong = i != j and counts[i, j] > 0
            axes.text(
                j + 0.5,
                i + 0.5,
                f"{int(counts[i, j])}",
                ha="center",
                va="center",
                fontsize=9 if n <= 14 else 7,
                color="white"
                if share[i, j] > (0.25 if wrong else 0.45)
                else (INK if counts[i, j] else MUTED),
                fontweight="bold" if wrong else "normal",
            )
