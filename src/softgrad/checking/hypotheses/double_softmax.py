"""Softmax of what is a probability already."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import apart


def double_softmax(case: Case) -> Iterator[Fit]:
    """Theirs is the derivative of f(softmax(x)), or f's own at softmax(x)."""
    if case.claim.form == "hessian":
        return
    at_softmax = case.each(lambda o: case.reference_at(case.softmax(o.x)))
    if len(at_softmax) > 1 and np.allclose(at_softmax[0], at_softmax[-1], rtol=1e-9, atol=0.0):
        return  # slopes that do not depend on x at all fit anything of that kind
    pairs = zip(at_softmax, case.observations, strict=True)
    chained = [case.through_softmax(right, o.x) for right, o in pairs]
    for predictions, seen in (
        (chained, "theirs agrees with the derivative of the function after another softmax."),
        (at_softmax, "theirs at x is the reference at softmax(x)."),
    ):
        yield Fit(
            code="double-softmax",
            residual=case.misfit(predictions),
            predictions=predictions,
            what="Softmax is applied twice: the function takes logits, and probabilities are used.",
            seen=seen,
            formula="the derivative at x itself: give logits to what takes logits, once.",
            instead="p = softmax(z)  # and nothing else before the loss",
        )
    if not case.claim.is_array and case.claim.argument == "input":
        yield Fit(
            code="double-softmax",
            residual=_of_the_function(case),
            what="The function itself applies softmax twice: it takes softmax of what it was given "
            "as probabilities.",
            seen="theirs at softmax(x), times the Jacobian of softmax, is the reference.",
            formula="one softmax: give logits to what takes logits.",
            instead="loss = cross_entropy(z, y)  # not cross_entropy(softmax(z), y)",
        )


def _of_the_function(case: Case) -> float:
    """How far the reference is from being theirs after another softmax."""
    try:
        residuals = [
            apart(
                o.reference,
                case.through_softmax(case.theirs_given(case.softmax(o.x), o.x), o.x),
                o.allowed,
            )
            for o in case.observations
        ]
    except Exception:  # it may not take that point
        return np.inf
    return max(residuals)
