"""The right derivative times a number: a mean in place of a sum, or a factor too many."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit

_NEAR = 1e-4


def scaled(case: Case) -> Iterator[Fit]:
    """Theirs is c J with one c at all points."""
    factor, residual = case.fit_factor(case.each(lambda o: o.reference))
    if factor != factor or isclose(factor, 1.0, rel_tol=1e-9):
        return
    code, cause = _cause(case, factor)
    yield Fit(
        code=code,
        residual=residual,
        parameters={"factor": factor, "cause": cause},
        what=f"It is the right derivative times {factor:.6g}: {cause}.",
        seen=f"theirs and the reference differ by the factor {factor:.6g} at every point.",
        formula=f"theirs divided by {factor:.6g}.",
        instead=f"return result / {factor:.6g}",
    )


def _cause(case: Case, factor: float) -> tuple[str, str]:
    batch, outputs = case.observations[0].y.shape
    inputs = case.observations[0].x.shape[1]
    shape = case.claim.function.view.shape
    counts = {
        "the number of classes": inputs,
        "the number of outputs": outputs,
        "the batch size": batch if batch > 1 or not shape else shape[0],
        "the number of all entries": batch * inputs,
    }
    for name, count in counts.items():
        if count > 1 and isclose(factor * count, 1.0, rel_tol=_NEAR):
            return "mean-for-sum", f"a mean over {name} ({count}) where the function has a sum"
    for name, count in counts.items():
        if count > 1 and isclose(factor, count, rel_tol=_NEAR):
            return "scaled", f"{name} ({count}) is not divided by"
    if isclose(factor, 2.0, rel_tol=_NEAR):
        return "scaled", "the 2 of a square's derivative stands there twice, or the loss has a 1/2"
    if isclose(factor, 0.5, rel_tol=_NEAR):
        return "scaled", "the 2 of a square's derivative is missing"
    if isclose(factor, -1.0, rel_tol=_NEAR):
        return "sign-flipped", "only the sign is wrong"
    return "scaled", "a temperature, a sum of weights or a count of valid rows, perhaps"
