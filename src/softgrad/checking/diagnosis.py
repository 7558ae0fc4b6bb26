"""From hypotheses to a diagnosis: each is fitted, and the residual decides."""

from __future__ import annotations

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.findings import Candidate, Evidence
from softgrad.checking.hypotheses import HYPOTHESES, IN_PART, LAST_RESORTS
from softgrad.checking.hypotheses.composed import composed
from softgrad.checking.hypotheses.fit import Fit, Hypothesis
from softgrad.checking.wording import right_words

#: What may be left unexplained, in units of the precision of their numbers.
_UNITS = 2.0**12
#: And in parts of the distance between theirs and the reference.
_PART = 0.05

#: With a free factor, or order, these fit whatever something special fits.
_GENERAL = ("scaled", "constant-offset", "permuted", "low-precision", "missing-rank-one-term")


def diagnose(case: Case, evidence: Evidence) -> tuple[tuple[Candidate, ...], str, str]:
    """Every candidate, best first; the diagnosis; and the paragraph that explains it."""
    tolerance, rounding, is_right = _tolerance(case), _rounding(case), _is_right(case)
    fits: list[Fit] = []
    good: list[Fit] = []
    for hypotheses in _in_turn(case):
        with np.errstate(all="ignore"):
            fits += [fit for hypothesis in hypotheses for fit in hypothesis(case)]
        # Where all entries are right, a factor or an order explains nothing.
        tried = [fit for fit in fits if not (fit.of_entries and is_right)]
        good = [f for f in tried if f.residual <= (tolerance if f.of_entries else rounding)]
        if good:
            break
    if not good and not is_right and not case.is_long:
        with np.errstate(all="ignore"):
            # Where nothing changes any factor fits, and any point is as good.
            is_flat = all(not np.any(o.reference) for o in case.observations)
            pairs = [] if is_flat else composed(case, fits)
            good = [fit for fit in pairs if fit.residual <= tolerance]
            good = good or [fit for hypothesis in IN_PART for fit in hypothesis(case)]
        fits += good
    # Of those that explain everything, the first of the catalogue: the special before the general.
    chosen = good[0] if good else None
    ranked = sorted(fits, key=lambda fit: (fit is not chosen, fit not in good, fit.residual))
    candidates = tuple(Candidate(f.code, f.residual, dict(f.parameters)) for f in ranked)
    if chosen is None:
        return candidates, "unknown", _of_unknown(case, ranked, evidence)
    rivals = [fit for fit in good if fit.code not in (chosen.code, *_GENERAL)]
    return candidates, chosen.code, _of(case, chosen, rivals, evidence)


def _in_turn(case: Case) -> list[tuple[Hypothesis, ...]]:
    """What is tried together, before the rest is; one by one where each may take long."""
    if case.is_long:
        return [(hypothesis,) for hypothesis in (*HYPOTHESES, *LAST_RESORTS)]
    return [HYPOTHESES, LAST_RESORTS]


def _is_right(case: Case) -> bool:
    return all(np.max(o.excess, initial=0.0) <= 1.0 for o in case.observations)


def _rounding(case: Case) -> float:
    eps = max(float(np.finfo(o.theirs.dtype).eps) for o in case.observations)
    return max(_UNITS * eps, 1e-6)


def _tolerance(case: Case) -> float:
    """What a good fit may leave: rounding, and no more than a small part of what is wrong."""
    wrong = case.misfit([o.reference for o in case.observations])
    return min(_rounding(case), max(_PART * wrong, 1e-12))


def _of(case: Case, fit: Fit, rivals: list[Fit], evidence: Evidence) -> str:
    parts = [fit.what, f"Seen so: {fit.seen}", _where(case, evidence)]
    if rivals:
        names = ", ".join(sorted({rival.code for rival in rivals}))
        parts.append(f"At these points it cannot be told from: {names}.")
    parts += _what_is_right(case, fit.formula, fit.instead)
    return " ".join(parts)


def _of_unknown(case: Case, ranked: list[Fit], evidence: Evidence) -> str:
    text = "It is not the derivative, and no mistake of the catalogue explains it. "
    if ranked and np.isfinite(ranked[0].residual):
        nearest = ranked[0]
        text += f"The nearest, {nearest.code}, leaves {nearest.residual:.2g} of it unexplained. "
    return " ".join([text + _where(case, evidence), *_what_is_right(case)])


def _what_is_right(case: Case, formula: str = "", instead: str = "") -> list[str]:
    formula, instead = right_words(case, formula, instead)
    instead = case.claim.function.view.in_its_axes(instead)
    parts = [f"Right is {formula}"] if formula else []
    return [*parts, f"Write instead: {instead}"] if instead else parts


def _where(case: Case, evidence: Evidence) -> str:
    view = case.claim.function.view
    entry = str(evidence.j)
    if view.axis is None and len(view.shape) > 1:
        entry = str([int(k) for k in np.unravel_index(evidence.j, view.shape)])
    place = f"At row {evidence.row}" if len(case.observations[0].x) > 1 else "At x"
    if evidence.point:
        place = f"{place} of another point" if place != "At x" else "At another point"
    return (
        f"{place}, d output {evidence.i} / d input {entry} is "
        f"{evidence.reference:.9g} (known to {evidence.uncertainty:.1g}), and theirs is "
        f"{evidence.theirs:.9g}."
    )
