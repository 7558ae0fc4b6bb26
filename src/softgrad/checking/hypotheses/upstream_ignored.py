"""An answer that is the same whatever comes from upstream."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def upstream_ignored(case: Case) -> Iterator[Fit]:
    """Whatever comes from upstream, the answer is the same, even for nothing."""
    if case.claim.form not in ("vjp", "jvp"):
        return
    axis = 1 if case.claim.form == "vjp" else 2
    idle = [np.expand_dims(o.idle, axis) for o in case.observations]
    if not any(np.any(i) for i in idle):
        return
    predictions = [
        np.broadcast_to(i, o.theirs.shape) for i, o in zip(idle, case.observations, strict=True)
    ]
    yield Fit(
        code="upstream-ignored",
        of_entries=False,
        residual=case.misfit(predictions),
        what="The upstream gradient is not used: the answer is the same whatever it is.",
        seen="for an upstream gradient of 0 the answer is not 0, and for others it is the same.",
        formula="J^T g: linear in g.",
        instead="return J.T @ g",
    )
