"""Derivatives that were stored as whole numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def integer_truncation(case: Case) -> Iterator[Fit]:
    """Theirs is the reference, cut or rounded to whole numbers."""
    whole = all(np.array_equal(o.theirs, np.trunc(o.theirs)) for o in case.observations)
    something = case.claim.gave_integers or any(
        np.any(np.abs(o.theirs) > 1.0) for o in case.observations
    )
    if not (whole and something):
        return
    for cut in (np.trunc, np.round, np.floor):
        yield Fit(
            code="integer-truncation",
            residual=case.misfit(case.each(lambda o, c=cut: c(o.reference))),
            what="Its numbers are whole: what stands after the point is cut off.",
            seen="theirs is the reference without its decimals.",
            formula="the same in floating point.",
            instead="result = np.empty(x.shape, dtype=float)",
        )
