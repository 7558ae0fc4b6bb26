"""A derivative as a picture: which output i, which input j, and the number in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from softgrad.pictures.numbers import largest_magnitude, number, row_sums
from softgrad.pictures.palette import MUTED
from softgrad.pictures.style import DIVERGING, bare, house_style, ink_on, new_figure

# Above this many rows the numbers would be too small to read: colour alone is shown.
MOST_NUMBERS = 14


def jacobian_heatmap(
    matrix: Any,
    *,
    title: str = "Jacobian",
    row: str = "output",
    column: str = "input",
    decimals: int = 4,
) -> Figure:
    """One matrix as a heat map: rows i, columns j, row sums at the right.

    Colours are centred at 0: blue below, orange above, as strong as the largest magnitude.

    Args:
        matrix: shape (n, n); operators of this library are welcome.
        title: what the matrix is.
        row: what i counts.
        column: what j counts.
        decimals: decimals of the numbers in the cells.
    """
    return matrix_heatmaps([(title, row, np.asarray(matrix))], column=column, decimals=decimals)


def matrix_heatmaps(
    panels: Sequence[tuple[str, str, np.ndarray]],
    *,
    title: str = "",
    column: str = "input",
    decimals: int = 4,
) -> Figure:
    """Several matrices side by side, each (title, what i counts, matrix)."""
    with house_style():
        n = panels[0][2].shape[-1]
        cell = max(0.28, min(1.0, 0.22 + 0.09 * (decimals + 4))) if n <= MOST_NUMBERS else 0.0
        side = min(7.6, max(3.4, cell * n)) if cell else 6.0
        figure = new_figure((side + 2.1) * len(panels), side * 0.82 + 1.5)
        for k, (name, row, matrix) in enumerate(panels):
            axes = figure.add_subplot(1, len(panels), k + 1)
            draw_matrix(figure, axes, matrix, name, row, column, decimals)
        if title:
            figure.suptitle(title, x=0.01, ha="left", fontsize=10, color=MUTED)
    return figure


def draw_matrix(
    figure: Any,
    axes: Any,
    matrix: np.ndarray,
    title: str,
    row: str,
    column: str,
    decimals: int,
    largest: float | None = None,
) -> None:
    """Draw one matrix, shape (m, n), into axes; `largest` is the magnitude of full colour."""
    m, n = matrix.shape
    largest = largest_magnitude(matrix) if largest is None else largest
    line = 1.5 if max(m, n) <= MOST_NUMBERS else 0.0
    mesh = axes.pcolormesh(
        matrix, cmap=DIVERGING, vmin=-largest, vmax=largest, edgecolors="white", linewidth=line
    )
    axes.invert_yaxis()
    axes.set_title(title)
    bare(axes)
    with_numbers = max(m, n) <= MOST_NUMBERS
    below = {k + 0.5: f"j={k}" for k in _places(n)}
    if with_numbers:
        below[n + 0.06 + 0.3 * max(1.0, n / 5)] = "row sum"
    axes.set_xticks([*below], [*below.values()])
    axes.set_yticks([k + 0.5 for k in _places(m)], [f"i={i}" for i in _places(m)])
    axes.set_xlabel(f"by {column} j")
    axes.set_ylabel(f"{row} i")
    if with_numbers:
        _write_numbers(axes, matrix, largest, decimals)
    bar = figure.colorbar(mesh, ax=axes, shrink=0.85, aspect=28, pad=0.02)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0, labelsize=8)


def _places(count: int) -> range:
    """Where numbers stand along an axis: at all of a few places, else at some."""
    return range(
        0, count, next(k for k in (1, 2, 5, 10, 20, 50, 100, count) if count <= MOST_NUMBERS * k)
    )


def _write_numbers(axes: Any, matrix: np.ndarray, largest: float, decimals: int) -> None:
    m, n = matrix.shape
    size = 10.0 if max(m, n) <= 7 else 7.0
    middle = n + 0.06 + 0.3 * max(1.0, n / 5)
    sums = row_sums(matrix)
    for i in range(m):
        for j in range(n):
            value = float(matrix[i, j])
            axes.text(
                j + 0.5,
                i + 0.5,
                number(value, decimals),
                ha="center",
                va="center",
                fontsize=size,
                color=ink_on(value / largest),
            )
        shown = number(sums[i], decimals)
        axes.text(middle, i + 0.5, shown, ha="center", va="center", fontsize=size, color=MUTED)
    axes.get_xticklabels()[-1].set_color(MUTED)
    axes.set_xlim(0, n + 0.12 + 0.6 * max(1.0, n / 5))
