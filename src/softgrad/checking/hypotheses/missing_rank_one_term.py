"""A diagonal without the rank-one term that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case, Observation
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit


def missing_rank_one_term(case: Case) -> Iterator[Fit]:
    """J is theirs plus a matrix of rank one, and theirs is diagonal, alone or inside a loss."""
    if all(2 < o.reference.shape[1] == o.reference.shape[2] for o in case.observations):
        if all(_is_diagonal(o) for o in case.observations):
            yield _fit(
                case.misfit(case.each(_without_rank_one)),
                "theirs is diagonal, and what it lacks has rank one.",
            )
    elif case.is_of_a_number:
        yield _fit(
            case.misfit(case.each(lambda o: _without_rank_one_inside_a_loss(case, o))),
            "theirs less the reference is a multiple of softmax(x), another one for each row.",
        )


def _fit(residual: float, seen: str) -> Fit:
    return Fit(
        code="missing-rank-one-term",
        residual=residual,
        what="A rank-one term is missing: the Jacobian is a diagonal minus an outer product, and "
        "theirs is the diagonal alone.",
        seen=seen,
        formula="J = diag(p) - p p^T; as a product with g it is p * g - p * sum(p * g).",
        instead="return p * (g - np.sum(g * p, axis=-1, keepdims=True))",
    )


def _is_diagonal(o: Observation) -> bool:
    eye = np.eye(o.theirs.shape[2])
    return bool(np.all(np.isfinite(o.theirs)) and not np.any(o.theirs * (1.0 - eye)))


def _without_rank_one(o: Observation) -> Numbers:
    """J without the cross of rank one through the largest entry that theirs lacks."""
    missing = o.reference - o.theirs
    batch, n = len(missing), missing.shape[2]
    i, j = np.divmod(np.argmax(np.abs(missing).reshape(batch, -1), axis=1), n)
    rows = np.arange(batch)
    pivot = missing[rows, i, j][:, None, None]
    cross = missing[rows, :, j][:, :, None] * missing[rows, i, :][:, None, :] / pivot
    return (o.reference - cross) * np.eye(n)


def _without_rank_one_inside_a_loss(case: Case, o: Observation) -> Numbers:
    """p g, where the gradient is p (g - p.g): the multiple of p that comes nearest."""
    width = case.claim.function.view.width
    p, right, theirs = (a.reshape(-1, width) for a in (case.softmax(o.x), o.reference, o.theirs))
    if width < 4:  # as many unknown as known
        return np.full_like(o.theirs, np.nan)
    number = np.sum((theirs - right) * p, axis=-1, keepdims=True)
    number /= np.sum(p * p, axis=-1, keepdims=True)
    return (right + number * p).reshape(o.theirs.shape)
