"""A right formula with few digits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit

#: How far numbers with no known rounding may be off, relative to all, and still be near.
_NEAR = 1e-4
_DECIMALS = range(2, 9)


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
    kind = _rounding(theirs, right)
    if kind is None and worst > _NEAR:
        return
    yield Fit(
        code="low-precision",
        residual=worst if kind is None else 0.0,
        parameters={"relative_error": worst},
        what=f"The formula is right, but only to {worst:.1g} of its size: digits are lost.",
        seen=f"its values are those of {kind}."
        if kind is not None
        else "it is near the reference, and the difference follows no pattern.",
        formula="the same in float64.",
        instead="x = np.asarray(x, dtype=np.float64)",
    )


def _rounding(theirs: Numbers, right: Numbers) -> str | None:
    """What theirs were rounded to, if they are no further from right than that explains."""
    size = float(np.max(np.abs(right)))
    apart = float(np.max(np.abs(theirs - right)))
    single = theirs.astype(np.float32)
    if np.array_equal(theirs, single):
        kinds = {"float32": 1e-3}
        if not np.any(single.view(np.uint32) & 0xFFFF):
            kinds = {"bfloat16": 3e-2}
        elif np.array_equal(theirs, theirs.astype(np.float16)):
            kinds = {"float16": 1e-2}
        for name, share in kinds.items():
            if apart <= share * size:
                return name
    for decimals in _DECIMALS:
        rounded = np.round(theirs, decimals)
        if np.allclose(theirs, rounded, rtol=0.0, atol=1e-14) and apart <= 10.0**-decimals:
            return f"numbers rounded to {decimals} decimals"
    return None
