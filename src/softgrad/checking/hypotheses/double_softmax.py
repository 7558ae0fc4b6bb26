"""Softmax of what is a probability already."""

from __future__ import annotations

from collections.abc import Iterator

from softgrad.checking.case import Case, Observation
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit


def double_softmax(case: Case) -> Iterator[Fit]:
    """Theirs is the derivative of f(softmax(x)), not of f(x)."""
    if case.claim.form == "hessian":
        return

    def through_softmax(o: Observation) -> Numbers:
        return case.through_softmax(case.reference_at(case.softmax(o.x)), o.x)

    yield Fit(
        code="double-softmax",
        residual=case.misfit(case.each(through_softmax)),
        what="Softmax is applied twice: it is the derivative of f(softmax(x)).",
        seen="theirs agrees with the derivative of the function after another softmax.",
        formula="the derivative at x itself: give logits to what takes logits, once.",
        instead="p = softmax(z)  # and nothing else before the loss",
    )
