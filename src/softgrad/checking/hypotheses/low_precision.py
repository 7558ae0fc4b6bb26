"""A right formula with few digits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.deviation import deviates_smoothly, rounded_to
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.hypotheses.step_too_small import is_difference

#: How far numbers with no known rounding may be off, relative to all, and still be near.
_NEAR = 1e-4


def low_precision(case: Case) -> Iterator[Fit]:
    """Theirs is right to a few digits only."""
    worst = max(
        float(np.linalg.norm(o.theirs - o.reference))
        / max(float(np.linalg.norm(o.reference)), 1e-300)
        for o in case.observations
    )
    theirs = np.concatenate([o.theirs.ravel() for o in case.observations])
    right = np.concatenate([o.reference.ravel() for o in case.observations])
    if not np.isfinite(worst) or not np.any(theirs):
        return
    kind = rounded_to(theirs, right)
    if kind is None and (worst > _NEAR or deviates_smoothly(case) or is_difference(case, worst)):
        return
    yield Fit(
        code="low-precision",
        residual=0.0,
        parameters={"relative_error": worst},
        what=f"The formula is right, but only to {worst:.1g} of its size: digits are lost.",
        seen=f"its values are those of {kind}."
        if kind is not None
        else "it is near the reference, and what is between them is noise: other at each point a "
        "hair away.",
        formula="the same in float64.",
        instead="x = np.asarray(x, dtype=np.float64)",
    )
