"""A slope where the function has none: a straight-through estimator, for one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def slope_where_flat(case: Case) -> Iterator[Fit]:
    """Theirs is not 0 where the function does not change at all: between steps, say."""
    if case.claim.form == "hessian" or len(case.observations) < 2:
        return
    is_flat = not any(np.any(o.reference) for o in case.observations)
    has_slope = all(np.any(o.theirs) for o in case.observations)
    yield Fit(
        code="slope-where-flat",
        residual=0.0 if is_flat and has_slope else np.inf,
        what="The function is flat here, between steps perhaps, and theirs has a slope. (A "
        "straight-through estimator is that by intent: a choice, and no derivative.)",
        seen="the function does not change at all with its input, at no point that was tried.",
        formula="0 everywhere but at the steps, where there is none.",
        instead="return np.zeros_like(x)",
    )
