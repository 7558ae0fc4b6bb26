"""p - y, which is the gradient of softmax and cross-entropy together, in place of softmax's own."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case, Observation
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit


def fused_gradient(case: Case) -> Iterator[Fit]:
    """Theirs is p - y: on the diagonal, or as an affine function of what comes from upstream."""
    if not all(o.reference.shape[1] == o.reference.shape[2] > 1 for o in case.observations):
        return
    for predict in (_on_diagonal, _affine):
        yield Fit(
            code="fused-gradient",
            residual=case.misfit(case.each(predict)),
            what="It is p - y: the gradient of cross-entropy and softmax together, not the "
            "derivative of this function.",
            seen="theirs is the function's own output with 1 taken off where a target is.",
            formula="softmax alone has p * (g - sum(g * p)); p - y holds for the pair with "
            "cross-entropy, and for no other loss.",
            instead="return p * (g - np.sum(g * p, axis=-1, keepdims=True))",
        )


def _on_diagonal(o: Observation) -> Numbers:
    """A target is read off theirs: 1 where p - theirs is nearer to 1 than to 0."""
    diagonal = np.diagonal(o.theirs, axis1=1, axis2=2)
    target = (o.y - diagonal > 0.5).astype(float)
    if np.any(np.sum(target, axis=1) > 1.0):
        return np.full_like(o.theirs, np.nan)
    return (o.y - target)[:, :, None] * np.eye(o.y.shape[1])


def _affine(o: Observation) -> Numbers:
    """p - g, with g where a target would be."""
    return o.y[:, None, :] - np.eye(o.y.shape[1])
