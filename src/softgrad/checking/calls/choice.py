"""Which of the calls that fit is the one: the first that is right, else the one to be diagnosed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from softgrad.checking.calls.trial import Failure, Fit, gives_numbers
from softgrad.checking.claim import DerivativeRaisesError
from softgrad.checking.judgement import is_long
from softgrad.checking.probes import probe
from softgrad.checking.report import Report
from softgrad.errors import ShapeError

#: A product that is off by more than this, as a part of it, is not worth a whole judgement.
_NEAR = 0.01
#: So many are diagnosed where no mistake is known of the likeliest.
_MOST_DIAGNOSED = 2

Judge = Callable[[Fit], Report]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A call, and what is found of it."""

    fit: Fit
    report: Report


class Choice:
    """Chooses among the calls that fit in one layout.

    Args:
        tried: what comes of all calls, one after the other.
        judge: the whole judgement of one.
        seed: of directions.
        is_told: whether the caller said what form it is.

    Attributes:
        tried: what came of those that were looked at.
    """

    def __init__(
        self, tried: Iterable[Fit | Failure], judge: Judge, seed: int, *, is_told: bool
    ) -> None:
        self.tried: list[Fit | Failure] = []
        self._waiting = iter(tried)
        self._judge, self._seed, self._is_told = judge, seed, is_told
        self._errors: dict[int, float] = {}
        self._reports: dict[int, Report] = {}

    @property
    def fits(self) -> list[Fit]:
        """The calls that run and give what their form asks for."""
        return [t for t in self.tried if isinstance(t, Fit) and t.has_shape]

    def right(self) -> Chosen | None:
        """The first that is right; none after it is looked at."""
        for tried in self._waiting:
            self.tried.append(tried)
            if not isinstance(tried, Fit) or not tried.has_shape:
                continue
            # A long row is probed by the judgement, too, and once is enough where it is right.
            is_probed = len(self.fits) == 1 and is_long(tried.claim)
            if is_probed or self._error(tried) < _NEAR:
                report = self._report(tried)
                if report.verdict == "correct" or report.evidence is None:
                    return Chosen(tried, report)
        return None

    def nearest(self) -> Chosen | None:
        """Where none is right, what is wrong with the best; None if no call can be blamed."""
        blamed = [fit for fit in self.fits if self._may_be_blamed(fit)]
        ranked = sorted(blamed, key=lambda fit: (fit.call.mismatches, self._error(fit)))
        # Where the names of the first are as clear as can be, they speak against any other call.
        clear = bool(ranked) and ranked[0].call.mismatches + ranked[0].call.unnamed == 0
        likely = [fit for fit in ranked if not (clear and fit.call.mismatches)]
        first: Chosen | None = None
        for chosen in self._judged(likely[:_MOST_DIAGNOSED]):
            first = first or chosen
            if chosen.report.diagnosis != "unknown":
                return chosen
        return first

    @property
    def may_be_elsewhere(self) -> bool:
        """Whether another layout may fit better.

        One in which a call runs that raises here, and is as likely as the best that fits; or one
        row, where all rows are taken for one.
        """
        if any(fit.may_be_of_a_row for fit in self.fits):
            return True
        best = min((fit.call.mismatches for fit in self.fits), default=np.inf)
        return any(
            isinstance(t, Failure) and t.error is not None and t.call.mismatches <= best
            for t in self.tried
        )

    @property
    def has_matrix_of_a_vector(self) -> bool:
        """Whether a Jacobian fits here that may be meant for a column: `p @ p.T` is a matrix."""
        return any(
            fit.claim.form == "jacobian" and len(fit.claim.function.view.shape) == 1
            for fit in self.fits
        )

    def _judged(self, fits: list[Fit]) -> Iterator[Chosen]:
        for fit in fits:
            yield Chosen(fit, self._report(fit))

    def _report(self, fit: Fit) -> Report:
        if id(fit) not in self._reports:
            self._reports[id(fit)] = self._judge(fit)
        return self._reports[id(fit)]

    def _error(self, fit: Fit) -> float:
        if id(fit) not in self._errors:
            self._errors[id(fit)] = _off_by(fit, self._seed)
        return self._errors[id(fit)]

    def _may_be_blamed(self, fit: Fit) -> bool:
        """Whether wrong numbers are the author's mistake, and not a guess of what to give."""
        call = fit.call
        if call.is_after_forward and call.mismatches:
            return False
        if self._is_told or len(call.slots) < 2:
            return self._is_told or not call.asks_for
        # A second argument of a loss's gradient is a target, unless its name says otherwise.
        is_guessed = {"y", "vector"} & set(call.slots) and call.mismatches + call.unnamed > 0
        is_unclear = is_guessed and gives_numbers(fit.claim.function)
        return not call.asks_for and not is_unclear


def _off_by(fit: Fit, seed: int) -> float:
    """How far products with random directions are off, as a part of the larger one."""
    claim = fit.claim
    try:
        found = probe(claim, claim.function.view.to_rows(claim.function.first_point), seed).evidence
    except (ShapeError, DerivativeRaisesError):
        return np.inf
    if found is None:
        return 0.0
    size = max(abs(found.theirs), abs(found.reference))
    apart = abs(found.theirs - found.reference)
    return apart / size if np.isfinite(apart) and size else np.inf
