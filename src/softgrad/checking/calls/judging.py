"""The whole judgement of one call: how both behave, and whether the numbers are right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from softgrad.checking.calls.trial import Fit
from softgrad.checking.calls.ways import Way
from softgrad.checking.claim import DerivativeRaisesError
from softgrad.checking.conduct import Conduct, Misconduct
from softgrad.checking.frameworks import Numbers
from softgrad.checking.function_conduct import changes_input, with_changed_input
from softgrad.checking.judgement import judge
from softgrad.checking.report import Report
from softgrad.errors import ShapeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Judges a derivative, called in one way.

    Attributes:
        seed: of other points.
        rtol: of smooth deviations.
        of_integers: whether the caller's x holds whole numbers.
        is_own: whether the derivative is what a framework takes of the function itself.
    """

    seed: int
    rtol: float
    of_integers: bool = False
    is_own: bool = False

    def __call__(self, fit: Fit, way: Way) -> Report:
        """The report on a call."""
        rows, argument = way.rows, fit.call.argument
        conduct = Conduct(way.function, fit.derivative, fit.claim.called_as, rows, argument)
        misconduct = conduct.first_fault(of_integers=self.of_integers)
        if misconduct is not None and misconduct.is_final:
            return misconduct.report()
        report = self.of_numbers(fit, way.function)
        if misconduct is not None:
            report = misconduct.report(report)
        if not changes_input(rows):
            return report
        answer = None if self.is_own else _answer(fit, rows.view.result)
        return with_changed_input(report, rows, answer)

    def of_numbers(self, fit: Fit, function: Callable[[Any], Any]) -> Report:
        """The report on the numbers alone."""
        try:
            return judge(fit.claim, function, fit.derivative, self.seed, self.rtol)
        except ShapeError as error:
            return Report("wrong", "wrong-shape", (), f"Its shape is wrong: {error}.", None)
        except DerivativeRaisesError as error:
            text = f"It raises an exception for another vector than the first one: {error}."
            return Misconduct("raises", text, True).report()


def _answer(fit: Fit, result: tuple[int, ...]) -> Callable[[Numbers], Numbers]:
    """Theirs at a point, in rows, with one vector."""
    view = fit.claim.function.view

    def answer(x: Numbers) -> Numbers:
        rows = view.to_rows(x)
        if not fit.call.takes_vector:
            return fit.claim.times(rows, np.ones_like(rows)).sums
        if fit.claim.called_as == "vjp":
            return fit.claim.product(rows, view.results_to_rows(np.ones(result)))
        return fit.claim.product(rows, np.ones_like(rows))

    return answer
