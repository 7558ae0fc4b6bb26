"""What `softgrad check` prints of several reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from softgrad.cli.terminal import as_text, console, plain_table, say

if TYPE_CHECKING:
    from softgrad.checking import NamedReport

_COLOURS = {"correct": "green", "wrong": "bold red", "inconclusive": "yellow"}
_MOST_WORDS = 120


def print_table(reports: Sequence[NamedReport], *, verbose: bool) -> None:
    """A line for each pair; all of each report where more is asked for."""
    table = plain_table()
    for header in ("pair", "function", "derivative", "verdict", "diagnosis"):
        table.add_column(header, overflow="fold")
    for one in reports:
        names = [as_text(text) for text in (one.name, one.function, one.derivative)]
        table.add_row(*names, *_verdict(one))
    console().print(table)
    for one in reports:
        if one.report is None:
            say(f"{one.name}: {one.refusal if verbose else _short(one.refusal)}")
        elif verbose:
            say(f"\n{one.name}", style="bold")
            console().print(one.report.in_full())
    wrong = [one.name for one in reports if one.report is not None and not one.report]
    if wrong and not verbose:
        say(f"Why, and what to write instead: --verbose, or FILE:{wrong[0].partition(' by ')[0]}")


def _verdict(one: NamedReport) -> tuple[Any, str]:
    if one.report is None:
        return as_text("could not be run"), ""
    text = as_text(one.report.verdict)
    text.stylize(_COLOURS[one.report.verdict])
    limits = getattr(one.report, "qualification", None) or ""
    return text, one.report.diagnosis or limits


def _short(text: str) -> str:
    return text if len(text) <= _MOST_WORDS else f"{text[:_MOST_WORDS]}... (--verbose)"
