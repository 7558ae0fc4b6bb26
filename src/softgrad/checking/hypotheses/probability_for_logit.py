"""A gradient by the probabilities where one by the logits is wanted."""

from __future__ import annotations

from collections.abc import Iterator

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import apart

_FORMULAS = {
    "softmax": (
        "dL/dz = p * (g - sum(g * p)) with g = dL/dp.",
        "return p * (g - np.sum(g * p, axis=-1, keepdims=True))",
    ),
    "sigmoid": ("dL/dz = g * p * (1 - p) with g = dL/dp.", "return g * p * (1 - p)"),
}


def probability_for_logit(case: Case) -> Iterator[Fit]:
    """Theirs times the Jacobian of softmax, or of sigmoid, is J."""
    if case.claim.form not in ("gradient", "jacobian", "vjp"):
        return
    for head in case.heads:
        formula, instead = _FORMULAS[head.name]
        undone = case.each(lambda o, h=head: h.through(o.theirs, o.x))
        yield Fit(
            code="probability-for-logit",
            residual=max(
                apart(o.reference, through, o.allowed)
                for o, through in zip(case.observations, undone, strict=True)
            ),
            undone=undone,
            parameters={"activation": head.name},
            what="It is the gradient by the probabilities; the function takes logits.",
            seen=f"times the Jacobian of {head.name}, theirs is the reference.",
            formula=formula,
            instead=instead,
        )
