"""p - y, which is the gradient of softmax and cross-entropy together, in the wrong place."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import Observation

_OF_LOSSES = (
    "g times the Jacobian of the activation, with g the gradient of this loss by its output; "
    "p - y is that for cross-entropy alone."
)
_OF_SOFTMAX = (
    "softmax alone has p * (g - sum(g * p)); p - y holds for the pair with cross-entropy, and for "
    "no other loss."
)
#: How far what should be one target may differ from point to point.
_SAME = 1e-6


def fused_gradient(case: Case) -> Iterator[Fit]:
    """Theirs is p - y: on the diagonal, of what comes from upstream, or of another loss."""
    if all(o.reference.shape[1] == o.reference.shape[2] > 1 for o in case.observations):
        for predict in (_on_diagonal, _affine):
            yield _fit(case.misfit(case.each(predict)), _OF_SOFTMAX)
    if case.is_of_a_number and len(case.observations) > 1:
        for head in case.heads:
            outputs = case.each(lambda o, h=head: h.apply(o.x))
            for count in {1, prod(case.claim.whole) // case.width}:
                yield _fit(_of_a_loss(case, outputs, count), _OF_LOSSES)


def _fit(residual: float, formula: str) -> Fit:
    return Fit(
        code="fused-gradient",
        residual=residual,
        what="It is p - y: the gradient of cross-entropy and the activation together, not the "
        "derivative of this function.",
        seen="theirs is the activation's output with 1 taken off where a target is.",
        formula=formula,
        instead="return p * (g - np.sum(g * p, axis=-1, keepdims=True))",
    )


def _on_diagonal(o: Observation) -> Numbers:
    """A target is read off theirs: 1 where p - theirs is nearer to 1 than to 0."""
    diagonal = np.diagonal(o.theirs, axis1=1, axis2=2)
    target = (o.y - diagonal > 0.5).astype(float)
    if np.any(np.sum(target, axis=1) != 1.0):
        return np.full_like(o.theirs, np.nan)
    return (o.y - target)[:, :, None] * np.eye(o.y.shape[1])


def _affine(o: Observation) -> Numbers:
    """p - g, with g where a target would be."""
    return o.y[:, None, :] - np.eye(o.y.shape[1])


def _of_a_loss(case: Case, outputs: list[Numbers], count: int) -> float:
    """How far p less theirs is from a target, the same at all points, of entries from 0 to 1."""
    loose = _SAME + max(float(np.max(o.allowed)) for o in case.observations) * count
    targets = [
        p - count * o.theirs[:, 0, :] for p, o in zip(outputs, case.observations, strict=True)
    ]
    t = targets[-1]
    sums = np.sum(t.reshape(-1, case.width), axis=-1)
    looks_right = np.all(t > -loose) and np.all(t < 1.0 + loose) and np.any(t > 0.5 / t.size)
    whole = np.allclose(sums, 1.0, atol=loose * t.size) or np.allclose(t, np.round(t), atol=loose)
    if not (looks_right and whole):
        return np.inf
    predictions = [
        ((p - t) / count).reshape(o.theirs.shape)
        for p, o in zip(outputs, case.observations, strict=True)
    ]
    return case.misfit(predictions)
