"""Numbers that are none, or have too few digits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.reference import Rows

_STEPS = tuple(10.0**-k for k in range(2, 16))


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


def step_too_small(case: Case) -> Iterator[Fit]:
    """Theirs is a finite difference itself, at a bad step."""
    function: Rows = case.claim.function
    if case.claim.form == "hessian" or case.observations[0].x.shape[1] > 128:
        return
    for name, back in (("forward", 0.0), ("central", 1.0)):
        best, step = np.inf, 0.0
        for h in _STEPS:
            misfit = case.misfit(case.each(lambda o, h=h, b=back: _difference(function, o.x, h, b)))
            if misfit < best:
                best, step = misfit, h
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


def _difference(function: Rows, x: np.ndarray, h: float, back: float) -> np.ndarray:
    columns: list[np.ndarray] = []
    for j in range(x.shape[1]):
        ahead, behind = x.copy(), x.copy()
        ahead[:, j] += h
        behind[:, j] -= back * h
        columns.append((function(ahead) - function(behind)) / ((1.0 + back) * h))
    return np.stack(columns, axis=-1)
