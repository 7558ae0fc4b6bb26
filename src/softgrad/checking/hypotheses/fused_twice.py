"""A gradient by the logits that goes through softmax's Jacobian once more."""

from __future__ import annotations

from collections.abc import Iterator

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def fused_twice(case: Case) -> Iterator[Fit]:
    """Theirs is J S, with S the Jacobian of softmax at x."""
    if case.claim.form == "hessian":
        return
    yield Fit(
        code="fused-twice",
        residual=case.misfit(case.each(lambda o: case.through_softmax(o.reference, o.x))),
        what="Softmax's Jacobian is applied once too often: the gradient is by the logits already.",
        seen="theirs is the reference times the Jacobian of softmax.",
        formula="p - y for softmax with cross-entropy, and nothing after it.",
        instead="return p - y",
    )
