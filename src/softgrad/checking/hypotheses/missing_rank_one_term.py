"""A diagonal without the rank-one term that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case, Observation
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit


def missing_rank_one_term(case: Case) -> Iterator[Fit]:
    """J is theirs plus a matrix of rank one, and theirs is diagonal."""
    square = all(2 < o.reference.shape[1] == o.reference.shape[2] for o in case.observations)
    if not square:
        return
    if not all(_is_diagonal(o) for o in case.observations):
        return
    yield Fit(
        code="missing-rank-one-term",
        residual=case.misfit(case.each(_without_rank_one)),
        what="A rank-one term is missing: the Jacobian is a diagonal minus an outer product, and "
        "theirs is the diagonal alone.",
        seen="theirs is diagonal, and what it lacks has rank one.",
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
