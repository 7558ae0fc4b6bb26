"""Bytes a second of each library beside a streaming copy: the roof of what only moves memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from matplotlib.figure import Figure

from softgrad.pictures.palette import BLUE, FAINT, GREEN, INK, MUTED, ORANGE, PURPLE
from softgrad.pictures.style import house_style, new_figure

OWN = "softgrad"
GIGA = 1e9
LINE = 0.27  # inches

# A library keeps its colour and shape in every picture; unknown ones get what is left, in order.
_MARKERS: dict[str, tuple[str, str]] = {
    "torch": (ORANGE, "s"),
    "torch.compile": (ORANGE, "D"),
    "jax": (GREEN, "^"),
    "onnxruntime": (PURPLE, "v"),
    "sklearn": ("#56B4E9", "P"),
    "scipy": ("#56B4E9", "X"),
    "entmax": ("#E69F00", "p"),
    "numpy": (MUTED, "o"),
}
_SPARE: tuple[tuple[str, str], ...] = (("#E69F00", "h"), (INK, "*"), (MUTED, "<"), (MUTED, ">"))


@dataclass(frozen=True, slots=True)
class Speeds:
    """One work.

    Attributes:
        title: what is computed; neighbours of the same title stand under it together.
        label: the rest of the work's name, such as its shape.
        copy: bytes a second of a copy that reads and writes as much.
        libraries: bytes a second by library, softgrad among them.
    """

    title: str
    label: str
    copy: float
    libraries: Mapping[str, float]


def roofline(speeds: Sequence[Speeds]) -> Figure:
    """A line a work: softgrad and each peer on an axis of GB/s, and where the copy stands.

    Bytes are those that must be read and written at the least, so a library that goes over its
    data twice is as far from the roof as it is slow. What fits in caches has a higher roof.

    Args:
        speeds: the works, the first on top.
    """
    styles = _styles(speeds)
    places: dict[int, str] = {}
    line = 0
    with house_style():
        titles = len(list(groupby(speed.title for speed in speeds)))
        figure = new_figure(8.4, LINE * (len(speeds) + 1.25 * titles) + 1.7)
        axes = figure.add_subplot()
        axes.set_xscale("log")
        for title, group in groupby(speeds, lambda speed: speed.title):
            _write_title(axes, line, title)
            for speed in group:
                line += 1
                places[line] = speed.label
                _draw_line(axes, line, speed, styles)
            line += 1
        axes.set_yticks(list(places), list(places.values()), fontsize=8.5)
        axes.set_ylim(line - 0.3, -0.7)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        axes.xaxis.set_major_formatter(_plain)
        axes.set_xlabel("GB/s, of the bytes that a work must read and write at the least")
        figure.legend(
            title="Speed beside a streaming copy",
            title_fontproperties={"size": 12.0, "weight": "bold"},
            alignment="left",
            handles=_handles(axes, styles),
            loc="outside upper left",
            ncols=5,
            fontsize=8.5,
            handletextpad=0.2,
            columnspacing=1.4,
        )
    return figure


def _write_title(axes: Any, line: int, title: str) -> None:
    axes.annotate(
        title,
        (0.0, line),
        xycoords=("axes fraction", "data"),
        va="center",
        fontsize=9.0,
        fontweight="bold",
    )


def _draw_line(axes: Any, line: int, speed: Speeds, styles: Mapping[str, tuple[str, str]]) -> None:
    roof = speed.copy / GIGA
    slowest = min(speed.libraries.values()) / GIGA
    axes.plot([slowest, roof], [line, line], color=FAINT, linewidth=4, zorder=1)
    axes.plot(roof, line, **_roof_style(), zorder=2)
    for name, found in speed.libraries.items():
        if name != OWN:
            axes.plot(found / GIGA, line, **_peer_style(styles[name]), zorder=3)
    axes.plot(speed.libraries[OWN] / GIGA, line, **_own_style(), zorder=4)


def _handles(axes: Any, styles: Mapping[str, tuple[str, str]]) -> list[Any]:
    """One entry of the legend a library that occurs, and the copy's."""
    entries = {
        OWN: _own_style(),
        **{name: _peer_style(style) for name, style in styles.items()},
        "streaming copy": _roof_style(),
    }
    return [axes.plot([], [], label=name, **style)[0] for name, style in entries.items()]


def _own_style() -> dict[str, Any]:
    return {
        "marker": "o",
        "color": BLUE,
        "markersize": 9,
        "markeredgecolor": "white",
        "linestyle": "none",
    }


def _peer_style(style: tuple[str, str]) -> dict[str, Any]:
    colour, shape = style
    return {
        "marker": shape,
        "color": colour,
        "markersize": 6,
        "markeredgecolor": "white",
        "markeredgewidth": 0.5,
        "linestyle": "none",
    }


def _roof_style() -> dict[str, Any]:
    return {
        "marker": "|",
        "color": INK,
        "markersize": 13,
        "markeredgewidth": 2.2,
        "linestyle": "none",
    }


def _styles(speeds: Sequence[Speeds]) -> dict[str, tuple[str, str]]:
    """Colour and shape of each peer that occurs."""
    names = dict.fromkeys(name for speed in speeds for name in speed.libraries if name != OWN)
    new = [name for name in names if name not in _MARKERS]
    spare = {name: _SPARE[k % len(_SPARE)] for k, name in enumerate(new)}
    return {name: _MARKERS.get(name) or spare[name] for name in names}


def _plain(value: float, _place: int) -> str:
    """0.1, 1, 10: no powers."""
    return f"{value:g}"
