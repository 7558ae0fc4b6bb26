"""Numbers that are none: an overflow, or the logarithm of 0."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def not_finite(case: Case) -> Iterator[Fit]:
    """Theirs is NaN or infinite where the reference is a number, and is right elsewhere."""
    broken = [o for o in case.observations if not np.all(np.isfinite(o.theirs))]
    whole = [o for o in case.observations if np.all(np.isfinite(o.theirs))]
    if not broken or any(float(np.max(o.excess)) > 1.0 for o in whole):
        return
    large = max(float(np.max(np.abs(o.x))) for o in broken) > 80.0
    code = "overflow" if large else "log-of-zero"
    cause = "exp of a large number" if code == "overflow" else "log or division of 0"
    yield Fit(
        code=code,
        residual=0.0,
        what=f"It is no number at x: {cause}. Elsewhere it is right.",
        seen="theirs is NaN or infinite where the function and its derivative are finite.",
        formula="the same with exp(z - max(z)), and p - t in place of -t / p * dp/dz.",
        instead="e = np.exp(z - np.max(z, axis=-1, keepdims=True))",
    )
