"""A gradient by the logits that goes through the activation's Jacobian once more."""

from __future__ import annotations

from collections.abc import Iterator

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def fused_twice(case: Case) -> Iterator[Fit]:
    """Theirs is J S, with S the Jacobian of softmax, or of sigmoid, at x."""
    if case.claim.form == "hessian":
        return
    for head in case.heads:
        predictions = case.each(lambda o, h=head: h.through(o.reference, o.x))
        yield Fit(
            code="fused-twice",
            residual=case.misfit(predictions),
            predictions=predictions,
            parameters={"activation": head.name},
            what=f"The Jacobian of {head.name} is applied once too often: the gradient is by the "
            "logits already.",
            seen=f"theirs is the reference times the Jacobian of {head.name}.",
            formula="p - y for softmax or sigmoid with cross-entropy, and nothing after it.",
            instead="return p - y",
        )
