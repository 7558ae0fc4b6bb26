"""A report in the terminal: the verdict, the paragraph, the numbers, what was tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich import box
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from softgrad.checking.findings import Candidate, Evidence, Verdict

_COLOURS = {"correct": "green", "wrong": "red", "inconclusive": "yellow"}
_MOST_CANDIDATES = 5


def layout(
    verdict: Verdict,
    diagnosis: str | None,
    explanation: str,
    evidence: Evidence | None,
    candidates: Sequence[Candidate],
    qualification: str | None = None,
) -> Iterator[Any]:
    """What Rich prints for a report of these, part by part."""
    colour = _COLOURS[verdict]
    title = Text(verdict, style=f"bold {colour}")
    if diagnosis is not None:
        title.append(f": {diagnosis}")
    if qualification is not None:
        title.append(f", {qualification}")
    text, _, line = explanation.partition(" Write instead: ")
    yield title
    yield Text(text)
    if line:
        code, note = _split(line)
        yield Text("\nWrite instead:", style="bold")
        yield Syntax(code, "python", theme="ansi_dark", background_color="default", padding=(0, 4))
        yield Text(f"\n{note}" if note else "", style="dim")
    if evidence is not None and verdict == "wrong":
        yield _evidence(evidence)
    if candidates:
        yield _candidates(candidates)


def _split(line: str) -> tuple[str, str]:
    """A line of code, and the note in brackets that may follow it."""
    at = line.rfind(" (")
    return (line[:at], line[at + 1 :]) if line.endswith(".)") and at > 0 else (line, "")


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, header_style="bold cyan")


def _evidence(e: Evidence) -> Table:
    table = _table("Furthest off")
    for name in ("row", "output i", "input j", "theirs", "reference", "known to"):
        table.add_column(name, justify="right")
    j = "a direction" if e.j < 0 else str(e.j)
    numbers = (f"{e.theirs:.9g}", f"{e.reference:.9g}", f"{e.uncertainty:.1g}")
    table.add_row(str(e.row), str(e.i), j, *numbers)
    return table


def _candidates(candidates: Sequence[Candidate]) -> Table:
    table = _table("Tried")
    table.add_column("hypothesis", no_wrap=True)
    table.add_column("leaves unexplained", justify="right")
    table.add_column("found")
    for c in candidates[:_MOST_CANDIDATES]:
        found = ", ".join(
            f"{name} {value:.6g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in c.parameters.items()
            if name != "cause"  # the paragraph says it
        )
        table.add_row(c.code, f"{c.residual:.2g}", Text(found))
    return table
