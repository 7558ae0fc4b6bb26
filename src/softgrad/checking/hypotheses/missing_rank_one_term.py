"""A diagonal without the rank-one term that belongs to it, or a sum without one of its terms."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit, beside_softmax
from softgrad.checking.observation import Observation

#: Singular values that are smaller, relative to the largest, are rounding.
_SMALL = 1e-7


def missing_rank_one_term(case: Case) -> Iterator[Fit]:
    """J is theirs plus a matrix of rank one (or two, for a normalised row)."""
    square = all(2 < o.reference.shape[1] == o.reference.shape[2] for o in case.observations)
    if square and not case.is_elementwise:
        diagonal = all(_is_diagonal(o) for o in case.observations)
        if diagonal:
            yield _fit(
                case,
                case.misfit(case.each(_without_rank_one)),
                "theirs is diagonal, and what it lacks has rank one.",
            )
        rank = _rank_of_missing(case)
        if rank == 1 or (rank == 2 and diagonal):
            yield _fit(case, 0.0, f"the reference less theirs has rank {rank} at every point.")
    if case.claim.form != "hessian" and case.width >= 4:
        yield _fit(
            case,
            case.misfit(case.each(lambda o: _inside(case, o))),
            "theirs less the reference is a multiple of softmax(x), another one for each row.",
        )


def _fit(case: Case, residual: float, seen: str) -> Fit:
    softmax = case.is_softmax or not seen.startswith("the")
    return Fit(
        code="missing-rank-one-term",
        residual=residual,
        what="A term of the Jacobian is missing, an outer product: one that couples every output "
        "with every input.",
        seen=seen,
        formula="J = diag(p) - p p^T; as a product with g it is p * g - p * sum(p * g)."
        if softmax
        else "J = diag(d) - u v^T, or with two such terms; as a product with g it is "
        "d * g - v * sum(u * g).",
        instead="return p * (g - np.sum(g * p, axis=-1, keepdims=True))" if softmax else "",
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


def _rank_of_missing(case: Case) -> int:
    """The rank of what theirs lacks, if it is the same at all generic points; else 0."""
    ranks: set[int] = set()
    for o in case.observations[1:] or case.observations:
        missing = (o.reference - o.theirs)[:1]  # a row is as good as all
        if not np.all(np.isfinite(missing)) or missing.shape[2] > 200:
            return 0
        values = np.linalg.svd(missing, compute_uv=False)
        noise = _SMALL * values[:, :1] + missing.shape[2] * np.max(o.allowed)
        ranks |= {int(k) for k in np.sum(values > noise, axis=1)}
    rank = ranks.pop() if len(ranks) == 1 else 0
    return rank if rank < case.observations[0].reference.shape[2] - 1 else 0


def _inside(case: Case, o: Observation) -> Numbers:
    """p g, where p (g - p.g) is known."""
    p = np.broadcast_to(case.softmax(o.x)[:, None, :], o.reference.shape)
    return beside_softmax(o.theirs, o.reference, p, case.width)
