"""Derivatives that were stored, or worked out, with whole numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit


def integer_truncation(case: Case) -> Iterator[Fit]:
    """Theirs is the reference, cut or rounded to whole numbers, or the reference at such an x."""
    whole = all(np.array_equal(o.theirs, np.trunc(o.theirs)) for o in case.observations)
    something = case.claim.gave_integers or any(
        np.any(np.abs(o.theirs) > 1.0) for o in case.observations
    )
    if whole and something:
        for cut in (np.trunc, np.round, np.floor):
            yield _fit(
                case.misfit(case.each(lambda o, c=cut: c(o.reference))),
                "Its numbers are whole: what stands after the point is cut off.",
                "theirs is the reference without its decimals.",
            )
    if _ignores_decimals(case):
        yield _fit(
            case.misfit(case.each(lambda o: case.reference_at(np.trunc(o.x)))),
            "What stands after the point in x is cut off before the derivative is worked out.",
            "theirs at x is the reference at x without its decimals.",
        )


def _fit(residual: float, what: str, seen: str) -> Fit:
    return Fit(
        code="integer-truncation",
        residual=residual,
        what=what,
        seen=seen,
        formula="the same in floating point.",
        instead="x = np.asarray(x, dtype=float)  # and results in arrays of floats",
    )


def _ignores_decimals(case: Case) -> bool:
    """Whether theirs is the same for x and for x cut to whole numbers."""
    if case.claim.is_array or case.claim.argument == "output":
        return False
    first = case.observations[0].theirs
    if all(np.array_equal(o.theirs, first) for o in case.observations):
        return False  # it does not look at x at all
    for o in case.observations:
        cut: Numbers = np.trunc(o.x)
        try:
            found = case.theirs_given(cut, o.x)
        except Exception:  # it may not take those
            return False
        if np.array_equal(cut, o.x) or not np.array_equal(found, o.theirs):
            return False
    return True
