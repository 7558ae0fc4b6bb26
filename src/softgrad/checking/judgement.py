"""From a claim to a report: every entry of short rows, some products of long ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from softgrad.checking.case import Case, Observation, observe
from softgrad.checking.claim import Claim
from softgrad.checking.diagnosis import diagnose
from softgrad.checking.frameworks import Numbers
from softgrad.checking.points import other_points
from softgrad.checking.probes import worst_of_probes
from softgrad.checking.reference import Reference
from softgrad.checking.report import Evidence, Report
from softgrad.checking.rows import RowFunction

_OTHER_POINTS = 2
#: More are tried where nothing is seen at those: all of a sparse map's derivative may be 0.
_MOST_POINTS = 8
#: Longer rows are not looked at entry by entry, for that takes as many calls as there are entries;
#: shorter ones are, of so many entries.
_LONG = 128
_SHORT = 32
#: Unless neither function nor derivative takes those, and the matrices have no more numbers.
_MOST_NUMBERS = 3_000_000


def judge(claim: Claim, function: Callable[[Any], Any], derivative: Any, seed: int) -> Report:
    """Compare a claim with the reference at its point, and others."""
    x = claim.function.view.to_rows(claim.function.first_point)
    if x.shape[1] <= _LONG or claim.form == "hessian":
        return _judged(_case(claim, seed))
    evidence = worst_of_probes(claim, x, seed)
    shorter = None if claim.is_array else _shorter(claim, function, derivative)
    report = None if shorter is None else _judged(_case(shorter, seed))
    if report is not None and report.verdict == "wrong":
        note = f"(Seen on rows of {_SHORT} entries.)"
        return replace(report, explanation=f"{report.explanation} {note}")
    if evidence is None:
        text = f"It agrees with the reference along random directions, taken as {claim.form}."
        return Report("correct", None, (), text, None)
    if x.size * x.shape[1] <= _MOST_NUMBERS:
        return _judged(_case(claim, seed))
    text = (
        f"It is not the derivative: a product with it is {evidence.theirs:.9g} where the reference "
        f"has {evidence.reference:.9g}. The rows are too long to see which mistake it is, and on "
        "shorter ones none is seen: check it on a smaller problem."
    )
    return Report("wrong", "unknown", (), text, evidence)


def _shorter(claim: Claim, function: Callable[[Any], Any], derivative: Any) -> Claim | None:
    """The same claim on the first entries of a few rows, if both functions take them."""
    axis, point = claim.function.view.axis, claim.function.first_point
    keep = [slice(0, 3)] * point.ndim
    keep[point.ndim - 1 if axis is None else axis] = slice(0, _SHORT)
    piece = np.ascontiguousarray(point[tuple(keep)])
    try:
        with np.errstate(all="ignore"):
            rows = RowFunction(function, claim.function.framework, piece)
            short = Claim(derivative, claim.form, rows, claim.argument)
            short.at(rows.view.to_rows(piece))
    except Exception:  # they may be made for one size
        return None
    return short


def _case(claim: Claim, seed: int) -> Case:
    rows = claim.function
    takes_complex, point = rows.framework.takes_complex, rows.first_point
    reference = Reference(rows, may_be_complex=takes_complex)
    if claim.form == "hessian":
        slopes = reference

        def gradient(z: Numbers) -> Numbers:
            return slopes.jacobian(z).value[:, 0, :]

        reference = Reference(gradient, may_be_complex=False)
    x = rows.view.to_rows(point)
    observations: list[Observation] = [observe(claim, reference, x)]
    wanted = 0 if claim.is_array else _OTHER_POINTS
    for other in other_points(x, _MOST_POINTS if wanted else 0, seed):
        seen = sum(not o.is_blurred for o in observations[1:])
        if len(observations) > wanted and (seen or not observations[0].is_blurred):
            break
        with np.errstate(all="ignore"):
            usable = bool(np.all(np.isfinite(rows(other))))
        if usable:
            observations.append(observe(claim, reference, other))
    return Case(claim, reference, observations)


def _judged(case: Case) -> Report:
    worst = max(case.observations, key=lambda o: float(np.max(o.excess, initial=0.0)))
    evidence = _evidence(case, worst)
    scale = float(np.max(np.abs(worst.reference), initial=0.0))
    mixes = any(o.mixing > 1e-6 * scale for o in case.observations)
    answers_nothing = any(np.any(np.abs(o.idle) > 1e-6 * scale) for o in case.observations)
    if np.max(worst.excess, initial=0.0) > 1.0 or mixes or answers_nothing:
        candidates, diagnosis, explanation = diagnose(case, evidence)
        return Report("wrong", diagnosis, candidates, explanation, evidence)
    blurred = all(o.is_blurred for o in case.observations)
    if blurred and not all(o.is_nothing for o in case.observations):
        text = (
            "Nothing can be said here: what is known of the derivative is not more than its "
            "uncertainty. Another x, away from kinks and saturation, would settle it."
        )
        return Report("inconclusive", None, (), text, evidence)
    text = (
        f"It agrees with the reference ({case.reference.method}) at {len(case.observations)} "
        f"point{'s' if len(case.observations) > 1 else ''}, taken as {case.claim.form}."
    )
    return Report("correct", None, (), text, evidence)


def _evidence(case: Case, worst: Observation) -> Evidence:
    row, i, j = (int(k) for k in np.unravel_index(np.argmax(worst.excess), worst.excess.shape))
    return Evidence(
        row=row,
        i=i,
        j=j,
        theirs=float(worst.theirs[row, i, j]),
        reference=float(worst.reference[row, i, j]),
        uncertainty=float(worst.allowed[row, i, j]),
        method=case.reference.method,
        form=case.claim.form,
    )
