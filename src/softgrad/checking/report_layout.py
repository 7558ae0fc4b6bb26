"""A report in the terminal: the verdict, the paragraph, the line to write; more where asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rich import box
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from softgrad.checking.advice import advice_of
from softgrad.checking.findings import Candidate, Evidence, Verdict

_COLOURS = {"correct": "green", "wrong": "red", "inconclusive": "yellow"}
#: What did not fit is shown so often, unless all of it is asked for.
_NEAREST = 3
#: What leaves more than this was no guess worth telling.
_FAR = 0.5


class Told(NamedTuple):
    """What of a report is laid out: see `softgrad.checking.Report`."""

    verdict: Verdict
    diagnosis: str | None
    candidates: Sequence[Candidate]
    explanation: str
    evidence: Evidence | None
    qualification: str | None


def layout(report: Told, *, verbose: bool = False) -> Iterator[Any]:
    """What Rich prints, part by part: a screen at most, or all that is known where verbose."""
    title = Text(report.verdict, style=f"bold {_COLOURS[report.verdict]}")
    if report.diagnosis is not None:
        title.append(f": {report.diagnosis}")
    if report.qualification is not None:
        title.append(f", {report.qualification}")
    yield title
    text, code, note = advice_of(report.explanation)
    yield Text(text)
    if code:
        yield Text("\nWrite instead:", style="bold")
        yield Syntax(
            code,
            "python",
            theme="ansi_dark",
            background_color="default",
            padding=(0, 4),
            word_wrap=True,
        )
        yield Text(f"\n{note}" if note else "", style="dim")
    if report.evidence is not None and report.verdict == "wrong":
        yield _evidence(report.evidence)
    tried = _nearest(report)
    if verbose and report.candidates:
        yield _candidates(report.candidates)
    elif tried:
        yield Text(f"Tried, with the part that each leaves unexplained: {', '.join(tried)}.", "dim")


def _nearest(report: Told) -> list[str]:
    """The hypotheses that came nearest, each once, without the one that was taken."""
    best: dict[str, float] = {}
    for one in report.candidates:
        if one.code != report.diagnosis and one.residual < best.get(one.code, _FAR):
            best[one.code] = one.residual
    nearest = sorted(best.items(), key=lambda item: item[1])[:_NEAREST]
    return [f"{code} {residual:.2g}" for code, residual in nearest]


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
    told: set[tuple[str, str]] = set()
    for c in candidates:
        found = ", ".join(
            f"{name} {value:.6g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in c.parameters.items()
            if name != "cause"  # the paragraph says it
        )
        row = c.code, f"{c.residual:.2g}"
        if row not in told:  # a hypothesis in several forms may leave the same
            table.add_row(*row, Text(found))
        told.add(row)
    return table
