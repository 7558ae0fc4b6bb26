"""How a derivative behaves when it is called, whatever numbers it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from softgrad.checking.claim import Argument
from softgrad.checking.forms import needed_arguments
from softgrad.checking.frameworks import Framework, Numbers, to_numpy, to_real
from softgrad.checking.report import Report
from softgrad.checking.rows import RowFunction


@dataclass(frozen=True, slots=True)
class Misconduct:
    """Something that a derivative must not do.

    Attributes:
        code: of the catalogue.
        text: what it does, and what to do about it.
        is_final: whether its numbers are not worth looking at.
    """

    code: str
    text: str
    is_final: bool

    def report(self, numbers: Report | None = None) -> Report:
        """As the diagnosis; what was found about the numbers stays beside it."""
        if numbers is None:
            return Report("wrong", self.code, (), self.text, None)
        if numbers.verdict == "wrong":
            return replace(numbers, explanation=f"{numbers.explanation} Also: {self.text}")
        return replace(numbers, verdict="wrong", diagnosis=self.code, explanation=self.text)


def conduct_of(
    function: Callable[[Any], Any],
    derivative: Any,
    rows: RowFunction,
    argument: Argument,
) -> Misconduct | None:
    """The first thing that is wrong with its conduct, or None."""
    if not callable(derivative):
        return None
    framework, x = rows.framework, rows.first_point
    point = rows.call(x) if argument == "output" else x
    takes_vector = needed_arguments(derivative) >= 2
    vector = np.linspace(0.5, 1.5, prod(rows.view.result)).reshape(rows.view.result)

    def call(given: Any) -> Numbers:
        others = (framework.make(vector),) if takes_vector else ()
        return to_real(derivative(given, *others), "the derivative")

    given = framework.make(point)
    before = to_numpy(given, "x")
    try:
        with np.errstate(all="ignore"):
            first = call(given)
    except Exception as error:
        text = f"It raises {type(error).__name__} at x: {error}."
        return Misconduct("raises", text, True)
    if not np.array_equal(before, to_numpy(given, "x"), equal_nan=True):
        return Misconduct(
            "mutates-input",
            "It changes the array that it is given: the caller's x is another one after the call. "
            "Work on a copy: write x = x - x.max() and not x -= x.max().",
            False,
        )
    with np.errstate(all="ignore"):
        second = call(framework.make(point))
    if not np.array_equal(first, second, equal_nan=True):
        return _of_two_answers(call, framework, point)
    return _of_other_calls(function, call, framework, point, x, first)


def _of_two_answers(
    call: Callable[[Any], Numbers], framework: Framework, point: Numbers
) -> Misconduct:
    """Random numbers differ at each call; a state changes in the same way after the same calls."""
    with np.errstate(all="ignore"):
        answers = [call(framework.make(point)) for _ in range(4)]
    steps = [np.asarray(b) - np.asarray(a) for a, b in pairwise(answers)]
    drifts = all(np.allclose(steps[0], step, rtol=1e-6, atol=0.0) for step in steps)
    if drifts or np.array_equal(answers[0], answers[1], equal_nan=True):
        return Misconduct(
            "stateful",
            "The same call gives another answer than before: it adds to what it kept of earlier "
            "calls. Start from zero at each call.",
            True,
        )
    return Misconduct(
        "not-deterministic",
        "The same call gives another answer each time. Draw random numbers once, outside, and use "
        "the same ones for the function and its derivative.",
        True,
    )


def _of_other_calls(
    function: Callable[[Any], Any],
    call: Callable[[Any], Numbers],
    framework: Framework,
    point: Numbers,
    x: Numbers,
    first: Numbers,
) -> Misconduct | None:
    """What it remembers of a forward pass elsewhere, and what whole numbers do to it."""
    try:
        function(framework.make(np.flip(x) * 0.5 + 0.25))
    except Exception:  # another point may be outside of what it takes
        return None
    after = call(framework.make(point))
    function(framework.make(x))
    if after.shape == first.shape and not np.array_equal(after, first, equal_nan=True):
        return Misconduct(
            "stateful",
            "Its answer depends on where the function was called last, not on what it is given: "
            "it uses what the forward pass kept. Use the argument, or keep the pair together.",
            False,
        )
    if framework.name not in ("NumPy", "lists") or point is not x:
        return None
    whole = np.round(2.0 * x)
    try:
        with np.errstate(all="ignore"):
            right, found = call(framework.make(whole)), call(framework.make(whole.astype(np.int64)))
    except Exception:  # whole numbers may be refused: that is clear enough
        return None
    if right.shape == found.shape and not np.allclose(right, found, rtol=1e-6, equal_nan=True):
        return Misconduct(
            "integer-truncation",
            "Given whole numbers it gives other values than for the same numbers as floats: a "
            "result is stored in an integer array. Write x = np.asarray(x, dtype=float) first.",
            False,
        )
    return None
