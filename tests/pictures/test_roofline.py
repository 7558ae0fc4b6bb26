from __future__ import annotations

import numpy as np

from softgrad.pictures import Speeds, roofline, save

SPEEDS = [
    Speeds("softmax", "8 × 10", 40e9, {"softgrad": 20e9, "torch": 10e9}),
    Speeds("softmax", "8 × 20", 30e9, {"softgrad": 15e9, "unknown library": 5e9}),
    Speeds("gelu", "100", 35e9, {"softgrad": 30e9}),
]


def points(axes, marker: str) -> list[tuple[float, float]]:
    """Where this marker stands, from top to bottom."""
    lines = [line for line in axes.lines if line.get_marker() == marker and len(line.get_xdata())]
    return sorted(
        (float(line.get_ydata()[0]), float(np.asarray(line.get_xdata())[0])) for line in lines
    )


def test_each_work_has_its_own_line_with_softgrad_and_the_copy():
    axes = roofline(SPEEDS).axes[0]
    assert [speed for _, speed in points(axes, "o")] == [20.0, 15.0, 30.0]
    assert [speed for _, speed in points(axes, "|")] == [40.0, 30.0, 35.0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["8 × 10", "8 × 20", "100"]
    assert [place for place, _ in points(axes, "o")] == list(axes.get_yticks())


def test_the_first_work_is_on_top_and_titles_stand_once():
    axes = roofline(SPEEDS).axes[0]
    bottom, top = axes.get_ylim()
    assert bottom > top
    assert [text.get_text() for text in axes.texts] == ["softmax", "gelu"]


def test_the_legend_names_who_occurs():
    (legend,) = roofline(SPEEDS).legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "softgrad",
        "torch",
        "unknown library",
        "streaming copy",
    ]


def test_it_can_be_saved(tmp_path):
    path = save(roofline(SPEEDS), tmp_path / "roofline.png")
    assert path.read_bytes().startswith(b"\x89PNG")
