"""How every figure looks: one place for fonts, colours and saving.

Figures are made without pyplot, so drawing one changes no global state and needs no display.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from warnings import catch_warnings, filterwarnings

import matplotlib
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from softgrad.errors import ParameterError
from softgrad.files import as_path, printable, write_file
from softgrad.pictures.palette import FAINT, INK, MUTED

# Blue for less than 0, orange for more: the two ends differ in hue for every reader.
DIVERGING = LinearSegmentedColormap.from_list(
    "softgrad_diverging", ["#0b4f7d", "#5fa3cf", "#f7f7f7", "#f0a36b", "#a84300"]
)
SEQUENTIAL = LinearSegmentedColormap.from_list(
    "softgrad_sequential", ["#f7f9fb", "#a9cde4", "#3d8dc0", "#0b4f7d"]
)
ERRORS = LinearSegmentedColormap.from_list(
    "softgrad_errors", ["#f7f9fb", "#f9c9a3", "#e8863f", "#a84300"]
)

_SETTINGS: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10.0,
    "text.color": INK,
    "axes.titlesize": 12.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10.0,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "lines.linewidth": 2.0,
    "lines.solid_capstyle": "round",
    "savefig.dpi": 160.0,
}


@contextmanager
def house_style() -> Generator[None]:
    """The settings of every figure, for the time it is drawn and saved."""
    with cast(Any, matplotlib).rc_context(_SETTINGS):
        yield


def new_figure(width: float, height: float) -> Any:
    """An empty `Figure` of this size in inches, whose parts do not overlap.

    Inside this room figures and axes are `Any`: Matplotlib leaves its keywords without types.
    """
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12)
    return Figure(figsize=(width, height), layout=layout)


def save(figure: Any, path: str | Path) -> Path:
    """Write the figure, whole or not at all; the file's ending says the format (.png, .svg, .pdf).

    Raises:
        ParameterError: the ending is no format that can be written.
        StorageError: the file cannot be written.
    """
    target = as_path(path)
    check_format(target)
    drawn = BytesIO()
    with house_style(), catch_warnings():
        # A sign of a class's name that the font lacks is drawn as a box.
        filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        figure.savefig(drawn, format=_ending(target))
    return write_file(target, drawn.getvalue())


def check_format(path: Path) -> None:
    """Raise `ParameterError` unless a figure can be written to a file of this name."""
    # PGF is TeX's: Matplotlib cannot draw it into memory, and needs LaTeX for it.
    if _ending(path) not in {*Figure().canvas.get_supported_filetypes()} - {"pgf"}:
        raise ParameterError(
            f"picture {path}: cannot draw to {path.suffix or 'a name without ending'!r}; "
            "expected .png, .svg or .pdf"
        )


def _ending(path: Path) -> str:
    return path.suffix.removeprefix(".").lower()


def drawn_text(text: str) -> str:
    """A text as it is, whatever is in it: no control characters, no formulas between dollars."""
    return printable(text).replace("$", r"\$")


def drawn_names(names: Sequence[str], most: int = 20) -> list[str]:
    """Names as they are drawn: with dots in long ones, and a number where that makes them alike."""
    end = most // 3
    short = [
        name if len(name) <= most else f"{name[: most - end - 1]}…{name[-end:]}" for name in names
    ]
    if len(set(short)) < len(set(names)):
        short = [f"{k} {name}" for k, name in enumerate(short)]
    return list(map(drawn_text, short))


def ink_on(shade: float) -> str:
    """The colour of text on a cell: dark on light cells, white on the strong ones."""
    return "white" if abs(shade) > 0.62 else INK


def bare(axes: Any) -> None:
    """Take away frame and tick marks: for matrices, whose cells are frame enough."""
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0)
