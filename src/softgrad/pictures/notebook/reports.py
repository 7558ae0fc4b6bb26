"""A report of the checker: the verdict, the line to write, and where the two are apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking import Evidence, Report
from softgrad.checking.advice import advice_of
from softgrad.checking.findings import Matrices
from softgrad.pictures.notebook.heat import Heat, heat_table
from softgrad.pictures.notebook.markup import COLOURS, element, text
from softgrad.pictures.numbers import largest_magnitude

_SIGNS = {"correct": "✓", "wrong": "✗", "inconclusive": "?"}
_COLOURS = {"correct": "right", "wrong": "wrong", "inconclusive": "unknown"}
#: Of a larger matrix as many rows and columns are shown, around the entry that is furthest off.
_WINDOW = 8


def report_html(report: Report) -> str:
    """A screen: verdict, paragraph, line to write instead; for a wrong one both matrices."""
    edge = f"border-left:.3em solid {COLOURS[_COLOURS[report.verdict]]};padding-left:.8em"
    return element("div", "".join(_parts(report)), edge)


def _parts(report: Report) -> Iterator[str]:
    advice = advice_of(report.explanation)
    diagnosis = "" if report.diagnosis is None else f": {report.diagnosis}"
    limit = "" if report.qualification is None else f", {report.qualification}"
    yield text("strong", f"{_SIGNS[report.verdict]} {report.verdict}{diagnosis}{limit}")
    yield text("p", advice.text, "margin:.4em 0;max-width:46em")
    if advice.code:
        yield text("div", "Write instead:")
        yield element("pre", text("code", advice.code), "margin:.2em 0 .6em 1.2em")
    if advice.note:
        yield text("div", advice.note, "opacity:.8")
    if report.verdict == "wrong" and report.evidence is not None:
        yield text("div", _furthest(report.evidence))
        if report.matrices is not None:
            yield from _tables(report.matrices, report.evidence)


def _furthest(e: Evidence) -> str:
    j = "along a direction" if e.j < 0 else f"by input j = {e.j}"
    return (
        f"Furthest off, in row {e.row}: output i = {e.i} {j}. Theirs is {e.theirs:.9g}; "
        f"right is {e.reference:.9g}, known to {e.uncertainty:.1g}."
    )


def _tables(matrices: Matrices, evidence: Evidence) -> Iterator[str]:
    """Theirs, the reference and the difference, in which nothing is left that is not known."""
    apart = matrices.theirs - matrices.reference
    apart = np.where(np.abs(apart) <= evidence.uncertainty, 0.0, apart)
    shown = {"theirs": matrices.theirs, "reference": matrices.reference, "difference": apart}
    both = largest_magnitude(matrices.theirs, matrices.reference)
    m, n = apart.shape
    rows, columns = _window(evidence.i, m), _window(evidence.j, n)
    is_whole = (len(rows), len(columns)) == (m, n)
    for name, matrix in shown.items():
        how = Heat(
            caption=text("span", f"{name}{'' if is_whole else ', around that entry'}"),
            first=(rows.start, columns.start),
            right=columns.stop < n,
            below=rows.stop < m,
            sums=is_whole and name != "difference",
            uncertainty=evidence.uncertainty,
            largest=None if name == "difference" else both,
            bold=(evidence.i, evidence.j),
        )
        table = heat_table(matrix[rows.start : rows.stop, columns.start : columns.stop], how)
        yield element("div", table, "display:inline-block;vertical-align:top")


def _window(at: int, length: int) -> range:
    start = max(0, min(at - _WINDOW // 2, length - _WINDOW))
    return range(start, min(length, start + _WINDOW))
