"""A sum where a mean belongs, in a term that couples the entries of a row."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import Observation

_SAME = 1e-6


def sum_for_mean(case: Case) -> Iterator[Fit]:
    """Theirs has a term of rank one n times too large: a sum over the row for its mean."""
    if not all(o.reference.shape[1] == o.reference.shape[2] > 2 for o in case.observations):
        return
    if case.is_elementwise or case.claim.form == "hessian":
        return
    n = case.observations[0].reference.shape[1]
    yield Fit(
        code="sum-for-mean",
        residual=0.0 if all(_is_sum_for_mean(o) for o in case.observations) else np.inf,
        what=f"There is a sum over the row where a mean belongs: a term is {n} times too large, "
        "as often as the row has entries.",
        seen=f"theirs less the reference is {n - 1} times a term of the Jacobian.",
        formula="for a mean of squares g / s - x * mean(g * x) / s^3; for layer norm "
        "(g - mean(g) - h * mean(g * h)) / s: means over the row, not sums.",
        instead="np.mean(g * h, axis=-1, keepdims=True)  # not np.sum",
    )


def _is_sum_for_mean(o: Observation) -> bool:
    """Whether what theirs has too much is n - 1 times terms that J has, and is simpler without."""
    n = o.reference.shape[1]
    terms = (o.theirs - o.reference) / (n - 1.0)
    matrices = (o.reference, terms, o.reference - terms)
    if not all(np.all(np.isfinite(m)) and _is_symmetric(m, o) for m in matrices):
        return False
    before, rank, after = (_rank_beside_identity(m) for m in matrices)
    return bool(np.all(rank > 0) and np.all(rank <= 2) and np.all(after == before - rank))


def _is_symmetric(matrices: Numbers, o: Observation) -> bool:
    loose = _SAME * float(np.max(np.abs(o.reference))) + 4.0 * float(np.max(o.allowed))
    return bool(np.all(np.abs(matrices - np.swapaxes(matrices, 1, 2)) <= loose))


def _rank_beside_identity(matrices: Numbers) -> Numbers:
    """Of each matrix less the multiple of the identity that leaves least."""
    values = np.linalg.eigvalsh(matrices)
    most = np.median(values, axis=1, keepdims=True)
    largest = np.max(np.abs(values), axis=1, keepdims=True)
    return np.sum(np.abs(values - most) > _SAME * largest, axis=1)
