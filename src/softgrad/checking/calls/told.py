"""How a report says which call was taken, and what its verdict is limited to."""

from __future__ import annotations

from dataclasses import replace

from softgrad.checking.calls.signature import name_of
from softgrad.checking.calls.trial import Fit
from softgrad.checking.calls.ways import Way
from softgrad.checking.report import Report

_BEFORE_THE_LINE = " Write instead: "


def with_call(
    report: Report, fit: Fit, way: Way, derivative: object, *, was_guessed: bool
) -> Report:
    """The report, with the call in its explanation and limits in its qualification.

    Args:
        report: on the numbers.
        fit: the call that was taken.
        way: the layout of the point.
        derivative: theirs.
        was_guessed: whether nobody said what it is called with.
    """
    call, form = fit.call, fit.claim.called_as
    by_output = was_guessed and call.argument == "output"
    sentences: list[str] = []
    if not call.is_plain or by_output or (was_guessed and len(call.slots) > 1):
        output = " with y the function's output" if "y" in call.slots else ""
        sentences.append(f"It was called as {name_of(derivative)}{call.described(form)}{output}.")
    if way.by_entries:
        sentences.append("It was called entry by entry.")
    if fit.is_spread:
        sentences.append("It gives one number, which was taken for every entry of x.")
    if fit.is_several:
        sentences.append("Of what it returns, the first array of x's shape was taken.")
    limits = ["as a function of the output"] if by_output else []
    if way.limit is not None:
        limits.append(way.limit)
        sentences.append(f"This is {way.limit}: x as it was given does not fit.")
    return _limited(_explained(report, " ".join(sentences)), limits)


def _explained(report: Report, text: str) -> Report:
    if not text:
        return report
    told, mark, line = report.explanation.partition(_BEFORE_THE_LINE)
    return replace(report, explanation=f"{told} {text}{mark}{line}")


def _limited(report: Report, limits: list[str]) -> Report:
    if report.verdict != "correct" or not limits:
        return report
    known = [] if report.qualification is None else [report.qualification]
    return replace(report, qualification=", ".join([*limits, *known]))
