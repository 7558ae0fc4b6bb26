"""Something that is added, or not: a constant, a multiple of p, of x, or of the output."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.structure import softmax


def constant_offset(case: Case) -> Iterator[Fit]:
    """Theirs is J + c."""
    ones = case.each(lambda o: np.ones_like(o.reference))
    factor, residual = _fit_beside(case, ones)
    if abs(factor) > 0.0:
        yield Fit(
            code="constant-offset",
            residual=residual,
            parameters={"offset": factor},
            what=f"Each entry is off by the same number, {factor:.6g}.",
            seen="theirs less the reference is one constant, at every point.",
            formula="the same without that constant.",
            instead=f"return result - {factor:.6g}",
        )


def target_sum_dropped(case: Case) -> Iterator[Fit]:
    """Theirs lacks a multiple of p: p - t where targets do not sum to 1."""
    if case.claim.form != "gradient":
        return
    factor, residual = _fit_beside(case, case.each(lambda o: softmax(o.x)[:, None, :]))
    yield Fit(
        code="target-sum-dropped",
        residual=residual,
        parameters={"sum_of_targets": 1.0 - factor},
        what=f"The targets sum to {1.0 - factor:.6g}, and p - t is right only where they sum to 1.",
        seen="theirs less the reference is a multiple of softmax(x), the same at every point.",
        formula="sum(t) * p - t.",
        instead="return np.sum(t, axis=-1, keepdims=True) * p - t",
    )


def missing_term(case: Case) -> Iterator[Fit]:
    """Theirs lacks a multiple of x, or of the output."""
    for name, pick in (("x", 0), ("the output", 1)):
        terms: list[Numbers] = []
        for o in case.observations:
            vector = (o.x, o.y)[pick]
            if vector.shape[1] != o.reference.shape[2] or o.reference.shape[1] != 1:
                return
            terms.append(vector[:, None, :])
        factor, residual = _fit_beside(case, terms)
        yield Fit(
            code="missing-term",
            residual=residual,
            parameters={"term": name, "factor": -factor},
            what=f"A term is missing: {-factor:.6g} times {name}.",
            seen=f"the reference less theirs is a multiple of {name}, the same at every point.",
            formula=f"the same plus {-factor:.6g} times {name}.",
        )


def _fit_beside(case: Case, terms: list[Numbers]) -> tuple[float, float]:
    """The c with which J + c term comes nearest to theirs, and the misfit."""
    off = np.concatenate([(o.theirs - o.reference).ravel() for o in case.observations])
    guess = np.concatenate(
        [
            np.broadcast_to(t, o.reference.shape).ravel()
            for t, o in zip(terms, case.observations, strict=True)
        ]
    )
    size = float(np.sum(guess * guess))
    factor = float(np.sum(off * guess)) / size if size else 0.0
    if not np.isfinite(factor):
        return 0.0, np.inf
    predictions = [o.reference + factor * t for o, t in zip(case.observations, terms, strict=True)]
    return factor, case.misfit(predictions)
