"""p - y, which is the gradient of softmax and cross-entropy together, in the wrong place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isclose

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.hypotheses.less_target import LessTarget, read_less_target
from softgrad.checking.hypotheses.slopes import as_matrices, has_slopes
from softgrad.checking.observation import Observation

_OF_LOSSES = (
    "g times the Jacobian of the activation, with g the gradient of this loss by its output; "
    "p - y is that for cross-entropy alone."
)
_OF_SOFTMAX = (
    "softmax alone has p * (g - sum(g * p)); p - y holds for the pair with cross-entropy, and for "
    "no other loss."
)
_PRODUCT = "return p * (g - np.sum(g * p, axis=-1, keepdims=True))"
_WHAT = (
    "It is p - y: the gradient of cross-entropy and the activation together, not the derivative "
    "of this function."
)
_OF_PROBABILITIES = (
    "It is p - y: that is the gradient of cross-entropy by the logits, and this loss is a function "
    "of the probabilities p themselves."
)
_TAKEN_OFF = "theirs is the activation's output with 1 taken off where a target is."


def fused_gradient(case: Case) -> Iterator[Fit]:
    """Theirs is p - y: on the diagonal, of what comes from upstream, or of another loss."""
    if all(o.reference.shape[1] == o.reference.shape[2] > 1 for o in case.observations):
        for predict in (_on_diagonal, _affine):
            yield _fit(case, case.each(predict), _OF_SOFTMAX, _PRODUCT)
    if not has_slopes(case):
        return
    theirs = [o.theirs for o in case.observations]
    right = [o.reference for o in case.observations]
    for head in case.heads:
        outputs = case.each(lambda o, h=head: h.apply(o.x))
        read = read_less_target(case, theirs, outputs)
        if read is None or not read.is_of_labels(case.width):
            continue
        own = read_less_target(case, right, outputs)
        if own is None or not own.has_target:  # or it is another target
            slope = _usual_slope(case, read.slope)
            instead = _PRODUCT if head.name == "softmax" else "return g * p * (1 - p)"
            yield _fit(case, read.matrices(case, slope, read.target), _OF_LOSSES, instead)
    points = [o.x for o in case.observations]
    if np.all(points[0] >= 0.0) and np.all(points[0] <= 1.0):
        read = read_less_target(case, theirs, points)
        if read is not None and read.is_of_labels(case.width):
            yield _of_probabilities(case, read)


def _fit(
    case: Case,
    predictions: list[Numbers],
    formula: str,
    instead: str,
    *,
    what: str = _WHAT,
    seen: str = _TAKEN_OFF,
) -> Fit:
    return Fit(
        code="fused-gradient",
        residual=case.misfit(predictions),
        predictions=predictions,
        what=what,
        seen=seen,
        formula=formula,
        instead=instead,
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


def _usual_slope(case: Case, slope: float) -> float:
    """That of a sum or a mean, over rows or all entries, which theirs is nearest to."""
    return min((1.0, *(1.0 / c for c in _counts(case).values())), key=lambda s: abs(slope - s))


def _counts(case: Case) -> dict[str, int]:
    """How a mean is written, and over how many it is."""
    size = case.observations[0].x.size
    return {" / len(x)": size // case.width, " / x.size": size}


def _of_probabilities(case: Case, read: LessTarget) -> Fit:
    """The loss takes p itself, and p - y is its gradient by what softmax or sigmoid was given."""
    formula, written = _by_probabilities(case, read)
    predictions = read.matrices(case, read.slope, read.target)
    return _fit(
        case,
        predictions,
        formula,
        f"return {written}",
        what=_OF_PROBABILITIES,
        seen="theirs is x with 1 taken off where a target is, times "
        f"{read.slope:.6g}, and x holds numbers from 0 to 1.",
    )


def _by_probabilities(case: Case, read: LessTarget) -> tuple[str, str]:
    """The right gradient: that of cross-entropy, or of its binary kin, if the loss is one."""
    t = read.target
    kinds: dict[str, Callable[[Numbers], Numbers]] = {
        "-y / x": lambda p: -t / p,
        "(x - y) / (x * (1 - x))": lambda p: (p - t) / (p * (1.0 - p)),
    }
    right = [o.reference for o in case.observations]
    turned = case.with_theirs(right)
    for written, slope in kinds.items():
        guesses = as_matrices(case, case.each(lambda o, s=slope: s(o.x)))
        factor, residual = turned.fit_factor(guesses)
        if residual < 1e-6:
            mean = _mean(case, factor)
            text = f"{written}{mean}, with x the probabilities that the loss is given; p - y comes "
            return text + "after the Jacobian of softmax or sigmoid.", f"{written}{mean}"
    return (
        (
            "the gradient of this loss by p, which is -y / p for cross-entropy; p - y comes "
            "after the Jacobian of softmax or sigmoid."
        ),
        "-y / x  # for cross-entropy of probabilities",
    )


def _mean(case: Case, factor: float) -> str:
    if isclose(factor, 1.0, rel_tol=1e-4):
        return ""
    for name, count in _counts(case).items():
        if isclose(factor * count, 1.0, rel_tol=1e-4):
            return name
    return f" * {factor:.6g}"
