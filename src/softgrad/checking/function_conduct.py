"""How the function itself behaves when it is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from softgrad.checking.frameworks import Numbers, to_numpy
from softgrad.checking.report import Report
from softgrad.checking.rows import RowFunction

_ADVICE = "Work on a copy in the function: write z = z - z.max() and not z -= z.max()."


def of_two_answers(rows: RowFunction) -> Report | None:
    """That nothing can be said of a function with another result at each call."""
    x = rows.first_point
    if np.array_equal(rows.call(x), rows.call(x), equal_nan=True):
        return None
    answers = [rows.call(x) for _ in range(4)]
    if _drifts(answers):
        why = (
            "it keeps state between calls, and adds to it each time. Give a function that starts "
            "anew at each call (a module: call eval() first)."
        )
        code = "stateful"
    else:
        why = (
            "it draws random numbers, or keeps state. Draw its random numbers once, outside (a "
            "module: call eval() first), and give those."
        )
        code = "not-deterministic"
    text = f"Nothing can be said here: the function itself gives another result at each call: {why}"
    return Report("inconclusive", code, (), text, None)


def _drifts(answers: list[Numbers]) -> bool:
    """Whether each step is the one before it times one factor: a sum, or a running mean."""
    steps = [b - a for a, b in pairwise(answers)]
    ratios = [float(np.sum(b * a) / np.sum(a * a)) for a, b in pairwise(steps)]
    fits = all(
        np.allclose(b, ratio * a, rtol=1e-6, atol=0.0)
        for (a, b), ratio in zip(pairwise(steps), ratios, strict=True)
    )
    return fits and np.ptp(ratios) <= 1e-6


def changes_input(rows: RowFunction) -> bool:
    """Whether the function changes the array that it is given."""
    return not np.array_equal(_after(rows), rows.first_point, equal_nan=True)


def _after(rows: RowFunction) -> Numbers:
    """The point after the function was called with it."""
    given = rows.framework.make(rows.first_point)
    rows.given(given)
    return to_numpy(given, "x")


def with_changed_input(
    report: Report, rows: RowFunction, derivative: Callable[[Numbers], Numbers] | None
) -> Report:
    """A report on a derivative of a function that changes what it is given.

    Args:
        report: on the numbers, where each of the two got an array of its own.
        rows: the function.
        derivative: theirs at a point; None if it is the function's own, which is called with
            what the function has changed.
    """
    text = "The function changes the array that it is given"
    if derivative is None:
        if report.verdict != "wrong":
            return replace(report, explanation=f"{report.explanation} Beware: {text}. {_ADVICE}")
        told = f"{text}, and its backward pass works with what is left. {_ADVICE}"
        return replace(
            report, diagnosis="mutates-input", explanation=f"{told} {report.explanation}"
        )
    if report.verdict == "wrong":
        return replace(report, explanation=f"{report.explanation} Also: {text}. {_ADVICE}")
    before, after = derivative(rows.first_point), derivative(_after(rows))
    if before.shape == after.shape and np.array_equal(before, after, equal_nan=True):
        limit = "though the function changes its input"
        known = limit if report.qualification is None else f"{report.qualification}, {limit}"
        return replace(
            report, qualification=known, explanation=f"{report.explanation} {text}. {_ADVICE}"
        )
    told = (
        f"{text}, and the derivative is another one at what is left of it: called with the same "
        f"array after the function it is wrong, and right with a copy from before. {_ADVICE}"
    )
    return replace(report, verdict="wrong", diagnosis="mutates-input", explanation=told)
