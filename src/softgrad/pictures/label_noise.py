"""The label-noise experiment as a picture: each head's held-out accuracy, against cross-entropy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, stdev

from matplotlib.figure import Figure

from softgrad.pictures.palette import BLUE, INK, MUTED, ORANGE
from softgrad.pictures.style import house_style, new_figure


def label_noise_chart(
    accuracies: Mapping[str, Sequence[float]], *, baseline: str, probability: float
) -> Figure:
    """Best on top: a dot a seed, a band over mean ± standard deviation, the mean as a number.

    What beats the baseline is blue, what falls below it orange.

    Args:
        accuracies: by name of the head, one number a seed.
        baseline: the name of the head that the others are compared with.
        probability: of a label having been replaced, for the title.
    """
    ordered = sorted(accuracies, key=lambda name: -fmean(accuracies[name]))
    base = fmean(accuracies[baseline])
    seeds = len(accuracies[baseline])
    with house_style():
        figure = new_figure(8.4, 0.5 * len(ordered) + 1.9)
        axes = figure.add_subplot()
        axes.axvline(100 * base, color=MUTED, linewidth=1.0, linestyle=(0, (4, 3)))
        for place, name in enumerate(ordered):
            values = [100 * accuracy for accuracy in accuracies[name]]
            mean, deviation = fmean(values), stdev(values) if seeds > 1 else 0.0
            colour = INK if name == baseline else BLUE if mean > 100 * base else ORANGE
            if deviation:
                axes.hlines(
                    place, mean - deviation, mean + deviation, color=colour, linewidth=6, alpha=0.28
                )
            axes.plot(
                values,
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
        axes.set_yticks(range(len(ordered)), ordered)
        axes.set_ylim(len(ordered) - 0.5, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        axes.set_xlabel(
            "accuracy on held-out rows with true labels, %\n"
            f"dots: {seeds} seed{'s' if seeds > 1 else ''} · band: mean ± standard deviation · "
            f"dashed: {baseline}",
            linespacing=1.7,
        )
        axes.set_title(f"{100 * probability:.0f} % of the training labels replaced at random")
    return figure
