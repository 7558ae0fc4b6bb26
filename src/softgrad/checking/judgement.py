"""From a claim to a report: every entry of short rows, some products of long ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.claim import Claim
from softgrad.checking.deviation import few_digits, in_words, relative_deviation
from softgrad.checking.diagnosis import diagnose
from softgrad.checking.findings import Evidence, Matrices
from softgrad.checking.hypotheses.factor_causes import causes, explained
from softgrad.checking.hypotheses.small_deviation import is_small_and_smooth
from softgrad.checking.looked_at import LONG, case_of, far_case_of
from softgrad.checking.observation import Observation
from softgrad.checking.other_rows import with_other_rows
from softgrad.checking.probes import Probed, probe
from softgrad.checking.report import Report
from softgrad.checking.rows import RowFunction
from softgrad.checking.whole_batch import with_note_of_the_batch
from softgrad.checking.window import windowed

#: A matrix of second derivatives takes the square of so many calls; of longer rows a piece of so
#: many entries is looked at.
_LONG_HESSIAN, _SHORT, _SHORT_HESSIAN = 32, 32, 12


def judge(
    claim: Claim,
    function: Callable[[Any], Any],
    derivative: Any,
    seed: int,
    rtol: float = 1e-6,
) -> Report:
    """Compare a claim with the reference at its point, and others.

    Smooth deviations up to rtol, relative to the largest entry, are let pass and told.
    """
    report = _of_any_length(claim, function, derivative, seed, rtol)
    return with_note_of_the_batch(report, claim)


def _of_any_length(
    claim: Claim, function: Callable[[Any], Any], derivative: Any, seed: int, rtol: float
) -> Report:
    if not is_long(claim):
        case = case_of(claim, seed)
        report = _judged(case, rtol)
        if not report:
            return report
        elsewhere = _of_other_rows(claim, seed, rtol)
        if elsewhere is None:
            elsewhere = _far_out(claim, case, seed, rtol)
        return report if elsewhere is None else elsewhere
    x = claim.function.view.to_rows(claim.function.first_point)
    probed = probe(claim, x, seed)
    limit: str | None = None
    for piece, where in _pieces(claim, function, derivative, is_wrong=probed.evidence is not None):
        report = _judged(case_of(piece, seed), rtol)
        if report.verdict == "wrong":
            return replace(report, explanation=f"{report.explanation} (Seen on {where}.)")
        limit = limit or report.qualification
    passes = probed.is_smooth and probed.deviation <= rtol
    if probed.evidence is None or passes:
        if probed.evidence is not None:
            limit = in_words(probed.deviation)
        text = f"It agrees with the reference along random directions, taken as {claim.form}."
        return Report("correct", None, (), text, None, qualification=limit)
    return _of_products(claim, probed, probed.evidence)


def is_long(claim: Claim) -> bool:
    """Whether rows are too long to be looked at entry by entry."""
    entries = claim.function.view.to_rows(claim.function.first_point).shape[1]
    return entries > (_LONG_HESSIAN if claim.form == "hessian" else LONG)


def _of_other_rows(claim: Claim, seed: int, rtol: float) -> Report | None:
    """What is wrong with another number of rows; None where nothing is, or nobody can tell.

    As many rows as a row has entries hide one in place of the other.
    """
    shape, view = claim.function.first_point.shape, claim.function.view
    if len(set(shape)) == len(shape):
        return None
    other = with_other_rows(claim)
    if other is None:
        return None
    report = _judged(case_of(other, seed), rtol)
    if report.verdict != "wrong":
        return None
    # A number of rows that is written out, in one of the two alone, is no mistake for that number.
    if view.axis is None and report.diagnosis in ("scaled", "mean-for-sum"):
        return None
    there = other.function.first_point.shape
    text = f"{report.explanation} (Seen on x of shape {there}: in {shape} two sizes are the same.)"
    return replace(report, explanation=text)


def _far_out(claim: Claim, case: Case, seed: int, rtol: float) -> Report | None:
    """What is wrong where a function is cut off, or nearly flat; None where nothing is."""
    far = far_case_of(claim, case, seed)
    if far is None:
        return None
    report = _judged(far, rtol)
    if report.verdict != "wrong":
        return None
    text = f"Far out only: near 0 it agrees with the reference. {report.explanation}"
    return replace(report, explanation=text)


def _pieces(
    claim: Claim, function: Callable[[Any], Any], derivative: Any, *, is_wrong: bool
) -> Iterator[tuple[Claim, str]]:
    """The same claim on fewer entries, the cheapest first; no more than one if nothing is wrong."""
    if not claim.is_array:
        shorter = _shorter(claim, function, derivative)
        if shorter is not None:
            yield shorter, f"rows of {shorter.function.view.width} entries"
    if is_wrong:
        part = windowed(claim, function, derivative)
        if part is not None:
            count = part.function.first_point.size
            yield part, f"{count} of the entries, with the others held fixed"


def _shorter(claim: Claim, function: Callable[[Any], Any], derivative: Any) -> Claim | None:
    """The same claim on the first entries of a few rows, if both functions take them."""
    axis, point = claim.function.view.axis, claim.function.first_point
    keep = [slice(0, 3)] * point.ndim
    longest = _SHORT_HESSIAN if claim.form == "hessian" else _SHORT
    keep[point.ndim - 1 if axis is None else axis] = slice(0, longest)
    piece = np.ascontiguousarray(point[tuple(keep)])
    try:
        with np.errstate(all="ignore"):
            rows = RowFunction(function, claim.function.framework, piece)
            short = Claim(derivative, claim.called_as, rows, claim.argument)
            short.at(rows.view.to_rows(piece))
    except Exception:  # they may be made for one size
        return None
    return short


def _of_products(claim: Claim, probed: Probed, evidence: Evidence) -> Report:
    """Where a row cannot be looked at entry by entry, products still show a factor."""
    factor = probed.factor
    text = (
        f"It is not the derivative: a product with it is {evidence.theirs:.9g} where the reference "
        f"has {evidence.reference:.9g}. "
    )
    if factor is None:
        more = "The rows are too long to see which mistake it is, and on shorter ones none is seen."
        return Report("wrong", "unknown", (), text + more, evidence)
    code = "zero" if factor == 0.0 else "sign-flipped" if abs(factor + 1.0) < 1e-6 else "scaled"
    cause = explained(causes(factor, claim), claim) if factor else "nothing is left"
    more = f"All products differ by the same factor, {factor:.6g}: {cause}."
    return Report("wrong", code, (), text + more, evidence)


def _judged(case: Case, rtol: float) -> Report:
    worst = max(case.observations, key=lambda o: float(np.max(o.excess, initial=0.0)))
    evidence, matrices = _evidence(case, worst)
    deviates = bool(np.max(worst.excess, initial=0.0) > 1.0)
    size = relative_deviation(case)
    if any(_misuses_vector(o) for o in case.observations) or (
        deviates and not is_small_and_smooth(case, size, rtol)
    ):
        candidates, diagnosis, explanation = diagnose(case, evidence)
        return Report("wrong", diagnosis, candidates, explanation, evidence, matrices)
    blurred = all(o.is_blurred for o in case.observations)
    if blurred and not all(o.is_nothing for o in case.observations):
        return _inconclusive(case, evidence, matrices)
    points = len(case.observations)
    text = (
        f"It agrees with the reference ({case.reference.method}) at {points} "
        f"point{'s' if points > 1 else ''}, taken as {case.claim.form}."
    )
    few = few_digits(case)
    limit = in_words(size) if deviates else f"to {few}" if few else None
    if deviates:
        text += f" It is off smoothly, by {size:.1e} of its largest entry (rtol is {rtol:.1e})."
    elif few:
        text += f" Its numbers are {few}, and x is not."
    return Report("correct", None, (), text, evidence, matrices, qualification=limit)


def _inconclusive(case: Case, evidence: Evidence, matrices: Matrices) -> Report:
    at_kink = any(np.any(o.jump > 0.0) for o in case.observations)
    why = (
        "x is at a kink, where the slopes to either side differ and any between them will do."
        if at_kink
        else "what is known of the derivative is not more than its uncertainty."
    )
    text = (
        f"Nothing can be said here: {why} Another x, away from kinks and saturation, would "
        "settle it."
    )
    return Report("inconclusive", "kink" if at_kink else None, (), text, evidence, matrices)


def _misuses_vector(o: Observation) -> bool:
    """Whether rows leak into each other, or a product is not linear in its vector."""
    return max(o.mixing, o.bend, float(np.max(np.abs(o.idle), initial=0.0))) > o.negligible


def _evidence(case: Case, worst: Observation) -> tuple[Evidence, Matrices]:
    row, i, j = (int(k) for k in np.unravel_index(np.argmax(worst.excess), worst.excess.shape))
    evidence = Evidence(
        point=next(k for k, o in enumerate(case.observations) if o is worst),
        row=row,
        i=i,
        j=j,
        theirs=float(worst.theirs[row, i, j]),
        reference=float(worst.reference[row, i, j]),
        uncertainty=float(worst.allowed[row, i, j]),
        method=case.reference.method,
        form=case.claim.form,
    )
    return evidence, Matrices(row, worst.theirs[row], worst.reference[row])
