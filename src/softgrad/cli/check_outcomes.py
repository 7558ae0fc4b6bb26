"""What `softgrad check` makes of the reports on one file, or on several."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from softgrad.cli import check_formats
from softgrad.cli.check_table import print_table
from softgrad.cli.terminal import console, say

if TYPE_CHECKING:
    from softgrad.checking import NamedReport


class Checked(NamedTuple):
    """The reports on a file.

    Attributes:
        path: of the file.
        name: of what in it was asked for; None for all.
        reports: on its pairs.
    """

    path: str
    name: str | None
    reports: tuple[NamedReport, ...]


def print_all(checked: Sequence[Checked], *, verbose: bool) -> None:
    """The one report in words, or a table a file."""
    for file in checked:
        if len(checked) > 1:
            say(file.path, style="bold")
        reports = [one.report for one in file.reports]
        if not reports:
            say("no derivative was recognised")
        elif len(reports) == 1 and reports[0] is not None:
            console().print(reports[0].in_full() if verbose else reports[0])
        else:
            print_table(file.reports, verbose=verbose)


def as_format(checked: Sequence[Checked], name: str) -> str:
    """All of them for an editor or a CI system, in the format of this name."""
    outcomes = [
        check_formats.Outcome(file.path, one.line, one.name, one.report, one.refusal)
        for file in checked
        for one in file.reports
    ]
    return getattr(check_formats, name)(outcomes)


def as_json(checked: Sequence[Checked]) -> str:
    """The report on what was named; for whole files a list of those on every pair."""
    if len(checked) == len(checked[0].reports) == 1 and checked[0].name is not None:
        report = checked[0].reports[0].report
        if report is not None:
            return report.to_json()
    told: list[dict[str, Any]] = [
        {
            **({"path": file.path} if len(checked) > 1 else {}),
            **one._asdict(),
            "report": None if one.report is None else json.loads(one.report.to_json()),
        }
        for file in checked
        for one in file.reports
    ]
    return json.dumps(told, indent=2)
