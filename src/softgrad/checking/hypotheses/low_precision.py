"""A right formula with few digits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def low_precision(case: Case) -> Iterator[Fit]:
    """Theirs is right to a few digits only."""
    apart = [
        float(np.linalg.norm(o.theirs - o.reference))
        / max(float(np.linalg.norm(o.reference)), 1e-300)
        for o in case.observations
    ]
    rounded = all(np.array_equal(o.theirs, o.theirs.astype(np.float32)) for o in case.observations)
    worst = max(apart)
    if not np.isfinite(worst) or worst > (1e-3 if rounded else 1e-4):
        return
    yield Fit(
        code="low-precision",
        residual=0.0 if rounded else worst,
        parameters={"relative_error": worst},
        what=f"The formula is right, but only to {worst:.1g} of its size: digits are lost.",
        seen="its values are those of float32."
        if rounded
        else "it is near the reference, and the difference follows no pattern.",
        formula="the same in float64.",
        instead="x = np.asarray(x, dtype=np.float64)",
    )
