"""A finite difference with a bad step, given as the derivative."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import apart
from softgrad.checking.reference import Rows

#: Where one point is that far off, the others are not looked at.
_FAR = 1e-2
#: What a difference with the right step leaves of a deviation is less than this.
_PART = 0.05
_STEPS = tuple(10.0**-k for k in range(2, 16))


def step_too_small(case: Case) -> Iterator[Fit]:
    """Theirs is a finite difference itself, at a bad step."""
    function: Rows = case.claim.function
    if case.claim.form == "hessian" or case.observations[0].x.shape[1] > 128:
        return
    last = case.observations[-1]
    for name, back in (("forward", 0.0), ("central", 1.0)):
        best, step = np.inf, 0.0
        for h in _STEPS:
            misfit = apart(last.theirs, _difference(function, last.x, h, back), last.allowed)
            if misfit < best:
                best, step = misfit, h
        if best < _FAR:
            alike = case.each(lambda o, h=step, b=back: _difference(function, o.x, h, b))
            best = case.misfit(alike)
        yield Fit(
            code="step-too-small",
            residual=best,
            parameters={"step": step, "kind": name},
            what=f"It is a {name} difference with the step {step:.0e} itself, and that has lost "
            "its digits: to subtraction, or to curvature.",
            seen="a difference with this step gives the same numbers, errors included.",
            formula="a central difference with a step of 1e-5 in float64, or the closed form.",
            instead="(f(x + h) - f(x - h)) / (2 * h) with h = 1e-5",
        )


def is_difference(case: Case, deviation: float) -> bool:
    """Whether a finite difference explains nearly all of a relative deviation."""
    return any(fit.residual <= _PART * deviation for fit in step_too_small(case))


def _difference(function: Rows, x: np.ndarray, h: float, back: float) -> np.ndarray:
    columns: list[np.ndarray] = []
    for j in range(x.shape[1]):
        ahead, behind = x.copy(), x.copy()
        ahead[:, j] += h
        behind[:, j] -= back * h
        columns.append((function(ahead) - function(behind)) / ((1.0 + back) * h))
    return np.stack(columns, axis=-1)
