"""How a training went: loss and score by epoch, and the confusion matrix at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from softgrad.nn import History
from softgrad.pictures.confusion import confusion_side, draw_confusion
from softgrad.pictures.palette import BLUE, MUTED, ORANGE
from softgrad.pictures.style import drawn_text, house_style, new_figure


def training_curves(history: History, *, title: str = "") -> Figure:
    """Loss, and accuracy or R², by epoch: of the training data and of the validation data."""
    with house_style():
        figure = new_figure(9.0, 3.8)
        _draw_curves(figure, history, [*figure.add_gridspec(1, 2)])
        _head(figure, title)
    return figure


def training_summary(
    history: History, counts: Any, classes: Sequence[str], *, title: str = ""
) -> Figure:
    """The curves, and beside them the confusion matrix of the held-out rows."""
    with house_style():
        side = max(4.6, confusion_side(len(classes), classes))
        if side > 5.0:  # beside a large matrix the curves stand one above the other
            figure = new_figure(5.0 + side, side)
            grid = figure.add_gridspec(2, 2, width_ratios=[5.0, side])
            places = [grid[0, 0], grid[1, 0]]
        else:
            figure = new_figure(14.0, side)
            grid = figure.add_gridspec(1, 3)
            places = [grid[0, 0], grid[0, 1]]
        _draw_curves(figure, history, places)
        axes = figure.add_subplot(grid[:, -1])
        draw_confusion(axes, np.asarray(counts), classes)
        axes.set_title("Held-out rows")
        _head(figure, title)
    return figure


def fit_summary(history: History, predicted: Any, target: Any, *, title: str = "") -> Figure:
    """The curves, and beside them predicted against true values of the held-out rows."""
    with house_style():
        figure = new_figure(14.0, 4.6)
        _draw_curves(figure, history, [*figure.add_gridspec(1, 3)])
        axes = figure.add_subplot(1, 3, 3)
        low = min(np.min(predicted), np.min(target))
        high = max(np.max(predicted), np.max(target))
        axes.plot([low, high], [low, high], color=MUTED, linewidth=1.0, linestyle=(0, (4, 3)))
        axes.plot(target, predicted, "o", markersize=4, alpha=0.5, color=BLUE, markeredgewidth=0)
        axes.set_aspect("equal")
        axes.set_xlabel("true value")
        axes.set_ylabel("predicted value")
        axes.set_title("Held-out rows")
        _head(figure, title)
    return figure


def _draw_curves(figure: Any, history: History, places: Sequence[Any]) -> None:
    panels = [("Loss", history.loss, history.val_loss)]
    if history.accuracy:
        panels.append(("Accuracy", history.accuracy, history.val_accuracy))
    elif history.r_squared:
        panels.append(("R²", history.r_squared, history.val_r_squared))
    for place, (name, training, validation) in zip(places, panels, strict=False):
        axes = figure.add_subplot(place)
        _draw_curve(axes, training, "training", BLUE, "solid")
        _draw_curve(axes, validation, "validation", ORANGE, (0, (4, 1.5)))
        axes.set_title(name)
        axes.set_xlabel("epoch")
        axes.grid(axis="y")
        axes.set_xlim(0.5, max(1, history.epochs) + 0.5)
        axes.xaxis.get_major_locator().set_params(integer=True)
        positive = min([*training, *validation], default=0.0) > 0
        if name == "Loss" and positive and max(training) > 20 * min(training):
            axes.set_yscale("log")
        if name == "Accuracy":
            axes.yaxis.set_major_formatter(PercentFormatter(xmax=1.0, symbol=" %"))
        if validation:
            axes.legend(loc="best")


def _draw_curve(axes: Any, values: Sequence[float], name: str, colour: str, line: Any) -> None:
    if values:
        epochs = range(1, len(values) + 1)
        marker = "o" if len(values) == 1 else ""
        axes.plot(epochs, values, color=colour, label=name, marker=marker, linestyle=line)


def _head(figure: Any, title: str) -> None:
    if title:
        figure.suptitle(drawn_text(title), x=0.01, ha="left", fontsize=13, fontweight="bold")
