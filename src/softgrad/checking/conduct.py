"""How a derivative behaves when it is called, whatever numbers it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from softgrad.checking.claim import Argument, Form
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
    is_final: bool = False

    def report(self, numbers: Report | None = None) -> Report:
        """As the diagnosis; what was found about the numbers stays beside it."""
        if numbers is None:
            return Report("wrong", self.code, (), self.text, None)
        if numbers.verdict == "wrong":
            return replace(numbers, explanation=f"{numbers.explanation} Also: {self.text}")
        return replace(numbers, verdict="wrong", diagnosis=self.code, explanation=self.text)


class Conduct:
    """Calls a derivative as its form asks for, and watches.

    Args:
        function: the caller's.
        derivative: theirs.
        form: what it is called as.
        rows: the function, as rows see it.
        argument: whether the derivative is given x or the function's output.
    """

    def __init__(
        self,
        function: Callable[[Any], Any],
        derivative: Callable[..., Any],
        form: Form,
        rows: RowFunction,
        argument: Argument,
    ) -> None:
        self._function, self._derivative = function, derivative
        self._framework: Framework = rows.framework
        self._x = rows.first_point
        self._by_output = argument == "output"
        self._point = rows.call(self._x) if self._by_output else self._x
        like_x = rows.view.shape
        shape = {"vjp": rows.view.result, "jvp": like_x, "hvp": like_x}.get(form)
        self._vector = None if shape is None else np.linspace(0.5, 1.5, prod(shape)).reshape(shape)

    def first_fault(self, *, of_integers: bool) -> Misconduct | None:
        """The first thing that is wrong, or None.

        Args:
            of_integers: whether x holds whole numbers, in an array or in a list of those.
        """
        given, vector = self._made(self._point), self._made_vector()
        before = [to_numpy(a, "x") for a in (given, *vector)]
        try:
            first = to_real(self._derivative(given, *vector), "the derivative")
        except Exception as error:
            text = f"It raises {type(error).__name__} at x: {error}."
            return Misconduct("raises", text, True)
        after = [to_numpy(a, "x") for a in (given, *vector)]
        for name, old, new in zip(("x", "the vector"), before, after, strict=False):
            if not np.array_equal(old, new, equal_nan=True):
                return Misconduct(
                    "mutates-input",
                    f"It changes an array that it is given: the caller's {name} is another one "
                    "after the call. Work on a copy: write x = x - x.max() and not x -= x.max(), "
                    "g = g * 2 and not g *= 2.",
                )
        if not np.array_equal(first, self._call(self._point), equal_nan=True):
            return self._of_two_answers()
        return self._of_other_calls(first, of_integers)

    def _made(self, x: Numbers) -> Any:
        return self._framework.make(x)

    def _made_vector(self) -> tuple[Any, ...]:
        return () if self._vector is None else (self._made(self._vector),)

    def _call(self, point: Numbers) -> Numbers:
        return to_real(self._derivative(self._made(point), *self._made_vector()), "the derivative")

    def _of_two_answers(self) -> Misconduct:
        """Random numbers differ at each call; a state changes in the same way each time."""
        answers = [self._call(self._point) for _ in range(4)]
        steps = [np.asarray(b) - np.asarray(a) for a, b in pairwise(answers)]
        rounding = 64.0 * np.finfo(answers[0].dtype).eps * np.max(np.abs(answers[-1]), initial=0.0)
        drifts = all(np.allclose(steps[0], step, rtol=1e-6, atol=rounding) for step in steps)
        if drifts or np.array_equal(answers[0], answers[1], equal_nan=True):
            return Misconduct(
                "stateful",
                "The same call gives another answer than before: it adds to what it kept of "
                "earlier calls. Start from zero at each call.",
                True,
            )
        return Misconduct(
            "not-deterministic",
            "The same call gives another answer each time. Draw random numbers once, outside, and "
            "use the same ones for the function and its derivative.",
            True,
        )

    def _of_other_calls(self, first: Numbers, of_integers: bool) -> Misconduct | None:
        """What it remembers of a forward pass elsewhere, and what whole numbers do to it."""
        try:
            self._function(self._made(np.flip(self._x) * 0.5 + 0.25))
        except Exception:  # another point may be outside of what it takes
            return None
        after = self._call(self._point)
        self._function(self._made(self._x))
        if after.shape == first.shape and not np.array_equal(after, first, equal_nan=True):
            return Misconduct(
                "stateful",
                "Its answer depends on where the function was called last, not on what it is "
                "given: it uses what the forward pass kept. Use the argument, or keep the pair "
                "together.",
            )
        return self._of_integers(first) if of_integers and not self._by_output else None

    def _of_integers(self, first: Numbers) -> Misconduct | None:
        """x holds whole numbers, and theirs is called with floats elsewhere."""
        whole = self._framework.make_integers(self._x)
        try:
            found = to_real(self._derivative(whole, *self._made_vector()), "the derivative")
        except Exception:  # whole numbers may be refused: that is clear enough
            return None
        if first.shape == found.shape and not np.allclose(first, found, rtol=1e-6, equal_nan=True):
            return Misconduct(
                "integer-truncation",
                "Given x as whole numbers it gives other values than for the same numbers as "
                "floats: a result is stored in an integer array. Write x = np.asarray(x, "
                "dtype=float) first.",
            )
        return None
