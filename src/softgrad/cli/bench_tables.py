"""How measured rows are printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from math import exp, fsum, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

    from softgrad.evidence.speed import Row

_SHORT = {"float32": "f32", "float64": "f64", "float16": "f16", "bfloat16": "bf16"}
_WORK = ("shape", "dtype", "order")
_TIMES = ("softgrad\nms", "best peer", "its\nms", "ratio", "of\ncopy", "ULP")
_LEFT = ("dtype", "order", "best peer")

FOOTNOTE = (
    "ratio = best peer's time / softgrad's time;\n"
    "copy = time of a streaming copy of as many bytes / softgrad's time;\n"
    "ULP = softgrad's largest error at a sample of rows"
)


def main_table(rows: Sequence[Row], *, with_goals: bool) -> Group:
    """Each row with its best peer, the two ratios, softgrad's largest error and the goal."""
    last = ("goal", _goal) if with_goals else ("", _nothing)
    return _by_title(rows, (*_WORK, *_TIMES), _cells, *last)


def each_peer_table(rows: Sequence[Row]) -> Group:
    """Milliseconds of every library in each row, the fastest first."""
    return _by_title(rows, _WORK, _work_cells, "ms", _ranking)


def left_out_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Who was not timed, at which work and why."""
    for row in rows:
        for name, reason in row.left_out.items():
            yield f"not timed: {name} at {row.work.name}: {reason}"


def summary(rows: Sequence[Row], *, with_goals: bool) -> str:
    """The geometric mean of the ratios, who is behind, and how many goals are met."""
    ratios = {row.work.name: row.times.ratio for row in rows}
    judged = {name: ratio for name, ratio in ratios.items() if ratio is not None}
    if not judged:
        return f"{len(rows)} rows without a peer"
    mean = exp(fsum(map(log, judged.values())) / len(judged))
    behind = sorted((ratio, name) for name, ratio in judged.items() if ratio < 1.0)
    goals = f"; {sum(row.met is True for row in rows)} goals met" if with_goals else ""
    first = (
        f"geometric mean of the ratios {mean:.2f}x; {len(behind)} of {len(judged)} rows behind "
        "the best peer"
    )
    return "\n".join((first + goals, *(f"behind: {ratio:.2f}x {name}" for ratio, name in behind)))


def milliseconds(seconds: float) -> str:
    """Three digits or so."""
    ms = 1e3 * seconds
    decimals = 3 if ms < 1 else 2 if ms < 10 else 1 if ms < 100 else 0
    return f"{ms:,.{decimals}f}"


def shape_text(shape: Sequence[int]) -> str:
    """Such as "8,192 × 1,000"."""
    return " × ".join(f"{length:,}" for length in shape)


def _by_title(
    rows: Sequence[Row],
    headers: Sequence[str],
    cells: Callable[[Row], tuple[str, ...]],
    last_header: str,
    last: Callable[[Row], Text],
) -> Group:
    """Rows under the titles of their works.

    A title is longer than any column, so it stands on a line of its own; the rows under it are a
    table of the same widths as the others. The last column takes what room is left.
    """
    from rich.console import Group
    from rich.text import Text

    texts = [cells(row) for row in rows]
    widths = [
        max(len(line) for text in column for line in text.split("\n"))
        for column in zip(headers, *texts, strict=True)
    ]
    parts: list[RenderableType] = [Text(), _aligned(headers, widths, last_header, header=True)]
    groups = groupby(zip(rows, texts, strict=True), lambda one: one[0].work.title)
    for title, members in groups:
        table = _aligned(headers, widths, last_header)
        for row, text in members:
            table.add_row(*text, last(row))
        parts += [Text(), Text(title, style="bold"), table]
    return Group(*parts, Text())


def _aligned(
    headers: Sequence[str], widths: Sequence[int], last_header: str, *, header: bool = False
) -> Table:
    """An empty table with columns of these widths, and one more in what is left."""
    from rich.table import Table

    table = Table(
        box=None, show_header=header, header_style="cyan", pad_edge=False, padding=(0, 2, 0, 0)
    )
    for name, width in zip(headers, widths, strict=True):
        justify = "left" if name in _LEFT else "right"
        style = "bold" if name == "ratio" else ""
        table.add_column(name, width=width, justify=justify, no_wrap=True, style=style)
    table.add_column(last_header)
    return table


def _work_cells(row: Row) -> tuple[str, str, str]:
    return shape_text(row.work.shape), _SHORT[row.work.dtype], row.work.order


def _cells(row: Row) -> tuple[str, ...]:
    times = row.times
    best = times.best_peer
    return (
        *_work_cells(row),
        milliseconds(times.own),
        best or "none",
        "" if best is None else milliseconds(times.peers[best]),
        "" if times.ratio is None else f"{times.ratio:.2f}x",
        f"{times.share_of_copy:.2f}",
        "" if row.ulp is None else f"{row.ulp:.2g}",
    )


def _nothing(row: Row) -> Text:
    from rich.text import Text

    return Text()


def _goal(row: Row) -> Text:
    """Whether the goal is met, and the goal."""
    from rich.text import Text

    words = {True: ("met", "green"), False: ("not met", "red"), None: ("no peer", "dim")}
    return Text.assemble(words[row.met], f" {row.work.goal:g}x")


def _ranking(row: Row) -> Text:
    """Such as "softgrad 3.10, torch.compile 12.4 (closed form)"."""
    from rich.text import Text

    from softgrad.evidence.speed import OWN

    parts: list[Text] = []
    for name, seconds in sorted(row.seconds.items(), key=lambda one: one[1]):
        form = row.forms.get(name)
        parts.append(
            Text.assemble(
                (name, "bold" if name == OWN else ""),
                f" {milliseconds(seconds)}",
                (f" ({form})" if form else "", "dim"),
            )
        )
    return Text(", ").join(parts)
