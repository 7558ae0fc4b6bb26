"""Which of the calls that fit is the one: the first that is right, else the one to be diagnosed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from softgrad.checking.calls.trial import Failure, Fit, gives_numbers
from softgrad.checking.claim import DerivativeRaisesError
from softgrad.checking.probes import probe
from softgrad.checking.report import Report
from softgrad.errors import ShapeError

#: A product that is off by more than this, as a part of it, is not worth a whole judgement.
_NEAR = 0.01
#: So many are diagnosed where no mistake is known of the likeliest.
_MOST_DIAGNOSED = 3

Judge = Callable[[Fit], Report]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A call, and what is found of it."""

    fit: Fit
    report: Report


class Choice:
    """Chooses among the calls that fit in one layout.

    Args:
        tried: what came of all calls.
        judge: the whole judgement of one.
        seed: of directions.
        is_told: whether the caller said what form it is.
    """

    def __init__(
        self, tried: Sequence[Fit | Failure], judge: Judge, seed: int, *, is_told: bool
    ) -> None:
        self._judge, self._seed, self._is_told = judge, seed, is_told
        self.fits = [t for t in tried if isinstance(t, Fit) and t.has_shape]
        self._failures = [t for t in tried if isinstance(t, Failure) and t.error is not None]
        self._error: dict[int, float] = {}
        self._reports: dict[int, Report] = {}

    def right(self) -> Chosen | None:
        """The first that is right, at the input before the output."""
        ordered = sorted(self.fits, key=lambda fit: fit.call.argument == "output")
        for fit in ordered:
            alone = len(ordered) == 1
            self._error[id(fit)] = 0.0 if alone else _error(fit, self._seed)
            if self._error[id(fit)] < _NEAR:
                report = self._report(fit)
                if report.verdict == "correct" or report.evidence is None:
                    return Chosen(fit, report)
        return None

    def nearest(self) -> Chosen | None:
        """Where none is right, what is wrong with the best; None if no call can be blamed."""
        blamed = [fit for fit in self.fits if self._may_be_blamed(fit)]
        ranked = sorted(blamed, key=lambda fit: (fit.call.mismatches, self._error[id(fit)]))
        first: Chosen | None = None
        for chosen in self._judged(ranked[:_MOST_DIAGNOSED]):
            first = first or chosen
            if chosen.report.diagnosis != "unknown":
                return chosen
        return first

    @property
    def may_be_elsewhere(self) -> bool:
        """Whether a call as likely as the best that fits raises here, and may fit elsewhere."""
        best = min((fit.call.mismatches for fit in self.fits), default=np.inf)
        return any(failure.call.mismatches <= best for failure in self._failures)

    def _judged(self, fits: list[Fit]) -> Iterator[Chosen]:
        for fit in fits:
            yield Chosen(fit, self._report(fit))

    def _report(self, fit: Fit) -> Report:
        if id(fit) not in self._reports:
            self._reports[id(fit)] = self._judge(fit)
        return self._reports[id(fit)]

    def _may_be_blamed(self, fit: Fit) -> bool:
        """Whether wrong numbers are the author's mistake, and not a guess of what to give."""
        call = fit.call
        if call.is_after_forward and call.mismatches:
            return False
        if self._is_told or len(call.slots) < 2:
            return self._is_told or not call.asks_for
        # A second argument of a loss's gradient is a target, unless its name says otherwise.
        is_unclear = gives_numbers(fit.claim.function) and call.mismatches + call.unnamed > 0
        return not call.asks_for and not is_unclear


def _error(fit: Fit, seed: int) -> float:
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
