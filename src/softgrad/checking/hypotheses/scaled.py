"""The right derivative times a number: a mean in place of a sum, or a factor too many."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.factor_causes import Cause, causes, explained, same_cause
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.other_rows import with_other_rows
from softgrad.checking.reference import Reference

_NEAR = 1e-4
#: A factor so near to 1 is a constant of few digits.
_NOTHING = 5e-5
#: How well one factor has to explain theirs before its cause is looked for elsewhere.
_GOOD = 1e-4


def scaled(case: Case) -> Iterator[Fit]:
    """Theirs is c J with one c at all points."""
    factor, residual = case.fit_factor(case.each(lambda o: o.reference))
    if not np.isfinite(factor) or abs(factor - 1.0) < _NOTHING:
        return
    code, cause, correction = _cause(case, factor, residual)
    yield Fit(
        code=code,
        residual=residual,
        parameters={"factor": factor, "cause": cause},
        what=f"It is the right derivative times {factor:.6g}: {cause}.",
        seen=f"theirs and the reference differ by the factor {factor:.6g} at every point.",
        formula=f"theirs divided by {factor:.6g}.",
        instead=f"return {correction}",
    )


def _cause(case: Case, factor: float, residual: float) -> tuple[str, str, str]:
    """The code, where the factor may come from, and what is to be returned instead."""
    of_temperature = _of_temperature(case, factor)
    if of_temperature is not None:
        return of_temperature
    found = causes(factor, case.claim)
    if len(found) > 1 and residual < _GOOD:
        found = _told_apart(case, found)
    first = found[0] if found else None
    text = explained(found, case.claim)
    if first is None:
        return "scaled", text, f"result / {factor:.6g}"
    if first.weight == 1 and first.sign < 0:
        return "sign-flipped", text, first.correction
    return "mean-for-sum" if first.is_a_mean else "scaled", text, first.correction


def _of_temperature(case: Case, factor: float) -> tuple[str, str, str] | None:
    temperature = case.temperature
    if temperature is None or isclose(temperature, 1.0, rel_tol=_NEAR):
        return None
    for power in (1, -1, 2, -2):
        if isclose(factor, temperature**power, rel_tol=_NEAR):
            name = "T" if power > 0 else "1 / T"
            what = name if abs(power) == 1 else f"({name})^2"
            text = f"{what} too many, with T the temperature ({temperature:.6g})"
            return (
                "scaled",
                text,
                f"result {'/' if power > 0 else '*'} T" + "**2" * (abs(power) - 1),
            )
    return None


def _told_apart(case: Case, found: list[Cause]) -> list[Cause]:
    """Those that hold with another number of rows, too; all, where there is no other number."""
    other = with_other_rows(case.claim)
    if other is None or case.claim.form == "hessian":
        return found
    rows = other.function
    x = rows.view.to_rows(rows.first_point)
    framework = rows.framework
    reference = Reference(
        rows, may_be_complex=framework.takes_complex, precision=framework.precision, quick=True
    )
    theirs, right = other.at(x).blocks, reference.jacobian(x).value
    factor = float(np.sum(theirs * right) / np.sum(right * right))
    if not np.allclose(theirs, factor * right, rtol=1e-3, atol=1e-3 * float(np.max(np.abs(right)))):
        return found
    pairs = [(cause, same_cause(cause, other)) for cause in found]
    kept = [c for c, there in pairs if there and isclose(there.factor, factor, rel_tol=1e-3)]
    return kept or found
