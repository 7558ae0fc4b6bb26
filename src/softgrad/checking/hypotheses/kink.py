"""A slope at a kink that is none of those to either side of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def kink(case: Case) -> Iterator[Fit]:
    """Theirs is wrong at kinks alone."""
    if not any(np.any(o.jump > 0.0) for o in case.observations):
        return
    elsewhere = max(
        float(np.max(np.where(o.jump > 0.0, 0.0, o.excess), initial=0.0)) for o in case.observations
    )
    yield Fit(
        code="kink",
        residual=0.0 if elsewhere <= 1.0 else np.inf,
        what="At a kink it is neither of the two slopes, nor between them; elsewhere it is right.",
        seen="the slopes to either side of x differ, and theirs lies outside of them.",
        formula="the slope of one side, or one between both: relu'(0) = 0 is the usual choice.",
        instead="return np.where(x > 0, 1.0, 0.0)  # and not a formula that divides by 0 there",
    )
