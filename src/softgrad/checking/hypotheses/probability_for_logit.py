"""A gradient by the probabilities where one by the logits is wanted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def probability_for_logit(case: Case) -> Iterator[Fit]:
    """Theirs times the Jacobian of softmax is J."""
    if case.claim.form not in ("gradient", "jacobian", "vjp"):
        return
    worst = 0.0
    for o in case.observations:
        through = case.through_softmax(o.theirs, o.x)
        size = float(np.linalg.norm(o.reference))
        apart = float(np.linalg.norm(through - o.reference))
        worst = max(worst, apart / size if size and np.isfinite(apart) else np.inf)
    yield Fit(
        code="probability-for-logit",
        residual=worst,
        what="It is the gradient by the probabilities; the function takes logits.",
        seen="times the Jacobian of softmax, theirs is the reference.",
        formula="dL/dz = p * (g - sum(g * p)) with g = dL/dp.",
        instead="return p * (g - np.sum(g * p, axis=-1, keepdims=True))",
    )
