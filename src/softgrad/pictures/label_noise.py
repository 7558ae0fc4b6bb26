"""The label-noise experiment as a picture: each head's held-out accuracy, against cross-entropy."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from softgrad.experiments.label_noise import BASELINE, HeadResult, by_mean
from softgrad.pictures.style import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    house_style,
    new_figure,
)


def label_noise_chart(results: Sequence[HeadResult], probability: float) -> Figure:
    """Best on top: a dot a seed, a line over mean ± standard deviation, the mean as a number.

    What beats cross-entropy is blue, what falls below it orange.
    """
    ordered = by_mean(results)
    base = next((r for r in ordered if r.head.name == BASELINE), None)
    seeds = len(ordered[0].accuracies)
    with house_style():
        figure = new_figure(8.4, 0.5 * len(ordered) + 1.7)
        axes = figure.add_subplot()
        if base is not None:
            axes.axvline(100 * base.mean, color=MUTED, linewidth=1.0, linestyle=(0, (4, 3)))
        for place, result in enumerate(ordered):
            colour = _colour(result, base)
            mean, deviation = 100 * result.mean, 100 * result.deviation
            axes.hlines(
                place, mean - deviation, mean + deviation, color=colour, linewidth=6, alpha=0.28
            )
            axes.plot(
                [100 * a for a in result.accuracies],
                [place] * seeds,
                "o",
                markersize=4.5,
                color=colour,
                alpha=0.55,
                markeredgewidth=0,
            )
            axes.plot(mean, place, "|", markersize=17, markeredgewidth=2.6, color=colour)
            axes.annotate(
                f"{mean:.1f} %",
                (1.0, place),
                xycoords=("axes fraction", "data"),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                color=colour,
                fontweight="bold",
            )
        axes.set_yticks(range(len(ordered)), [r.head.name for r in ordered])
        axes.set_ylim(len(ordered) - 0.5, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        axes.set_xlabel(
            "accuracy on held-out rows with true labels, %\n"
            f"dots: {seeds} seed{'s' if seeds > 1 else ''} · band: mean ± standard deviation · "
            f"dashed: {BASELINE}",
            linespacing=1.7,
        )
        axes.set_title(f"{100 * probability:.0f} % of the training labels replaced at random")
    return figure


def _colour(result: HeadResult, base: HeadResult | None) -> str:
    if base is None or result is base:
        return INK
    return BLUE if result.mean > base.mean else ORANGE
