"""Curves as a drawing inside the page, whose colours are the page's: light or dark, as it is."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import matplotlib
import numpy as np

from softgrad.pictures import palette, style
from softgrad_docs.curves import Curves

_COLOURS = {
    palette.BLUE: "--plot-first",
    palette.ORANGE: "--plot-second",
    palette.GREEN: "--plot-third",
    palette.INK: "--plot-ink",
    palette.MUTED: "--plot-muted",
    palette.FAINT: "--plot-faint",
}
# Told apart by more than hue.
_LINES = ((palette.BLUE, "-"), (palette.ORANGE, "--"), (palette.GREEN, ":"))


def drawing(curves: Curves, name: str) -> str:
    """An SVG element: one panel with value and derivatives, or one each for three outputs."""
    columns = curves.values, curves.slopes, curves.bends
    with (
        style.house_style(),
        matplotlib.rc_context(
            {"svg.fonttype": "none", "svg.hashsalt": name, "axes.titlesize": 10.0}
        ),
    ):
        if len(curves.outputs) == 1:
            figure = style.new_figure(4.9, 3.0)
            axes = figure.subplots()
            titles = _titles(curves.outputs[0])
            _draw(axes, curves.x, [each[:, 0] for each in columns], titles, curves.along)
        else:
            figure = style.new_figure(4.9, 5.2)
            for axes, each, title in zip(
                figure.subplots(3, 1, sharex=True), columns, _titles("outputs"), strict=True
            ):
                _draw(axes, curves.x, list(each.T), curves.outputs, "", legend=title == "outputs")
                axes.set_ylabel(title)
            axes.set_xlabel(curves.along)
        written = StringIO()
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    return _for_the_page(written.getvalue(), name)


def _titles(value: str) -> tuple[str, str, str]:
    return value, "first derivative", "second derivative"


def _draw(
    axes: Any, x: Any, lines: list[Any], names: Any, along: str, *, legend: bool = True
) -> None:
    axes.axhline(0.0, color=palette.MUTED, linewidth=0.8)
    for y, name, (colour, dashes) in zip(lines, names, _LINES, strict=True):
        axes.plot(x, _broken_at_jumps(y), dashes, color=colour, label=name)
    axes.set_ylim(*_limits(lines))
    axes.set_xlim(x[0], x[-1])
    axes.grid(True)
    axes.set_xlabel(along)
    if legend:
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=3,
            columnspacing=1.2,
            handlelength=1.7,
        )


def _broken_at_jumps(y: Any) -> Any:
    """A gap where one step is far larger than the steps beside it, so that no jump is a slope."""
    steps = np.abs(np.diff(y))
    beside = np.minimum(np.r_[np.inf, steps[:-1]], np.r_[steps[1:], np.inf])
    jumps = np.flatnonzero((steps > 0.02) & (steps > 8.0 * beside))
    broken = np.array(y)
    broken[jumps] = np.nan
    return broken


def _limits(lines: list[Any]) -> tuple[float, float]:
    """What the curves reach but for their ends, and of the later ones not far off the first.

    So the poles of a logarithm are cut.
    """
    reached = [np.quantile(line, [0.02, 0.98]) for line in lines]
    low, high = min(low for low, _ in reached), max(high for _, high in reached)
    first, last = reached[0]
    room = max(1.5 * (last - first), 1.0)
    low, high = max(low, first - room), min(high, last + room)
    margin = 0.08 * (high - low) or 0.5
    return low - margin, high + margin


def _for_the_page(written: str, name: str) -> str:
    svg = written[written.index("<svg") :]
    for colour, variable in _COLOURS.items():
        svg = re.sub(re.escape(colour), f"var({variable})", svg, flags=re.IGNORECASE)
    svg = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", svg)
    # Matplotlib's own style would be that of the whole page.
    svg = re.sub(r"<(metadata|style)\b.*?</\1>", "", svg, flags=re.DOTALL)
    # No title element: the script that marks a word of a search on its page fails in one.
    told = f'role="img" aria-label="{name}: value, first and second derivative"'
    svg = re.sub(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', rf'<svg viewBox="\1" {told}>', svg)
    return f'<div class="plot">{svg}</div>'
