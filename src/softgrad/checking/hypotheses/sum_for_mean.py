"""A sum in the backward pass of a norm, where a mean belongs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit

#: The epsilon of a norm changes its terms by so little.
_NEAR = 1e-3
#: Layer norm takes off two terms, of rank one each, RMS norm one.
_MOST = 2


def sum_for_mean(case: Case) -> Iterator[Fit]:
    """J is (I - u u^T / n - v v^T / n) / s, and theirs lacks a division by n, or both."""
    if not all(_MOST < o.reference.shape[1] == o.reference.shape[2] for o in case.observations):
        return
    if case.is_elementwise or case.claim.form == "hessian" or case.width > 200:
        return
    left = [
        _left(reference, theirs)
        for o in case.observations
        for reference, theirs in zip(o.reference, o.theirs, strict=True)
    ]
    yield Fit(
        code="sum-for-mean",
        residual=0.0 if max(left) < _NEAR else np.inf,
        what="There is a sum over the row where the derivative of a norm has a mean.",
        seen="what theirs takes off the identity is the length of a row times too much.",
        formula="(g - mean(g) - h * mean(g * h)) / s for h = (x - mean(x)) / s; without the first "
        "mean where the function takes no mean off.",
        instead="return (g - np.mean(g, axis=-1, keepdims=True) "
        "- h * np.mean(g * h, axis=-1, keepdims=True)) / s",
    )


def _left(reference: Numbers, theirs: Numbers) -> float:
    """What of J is explained neither by the identity, nor by terms that theirs has n times.

    Theirs less J is M = -(n - 1) T, with T of rank r and trace r / s; so J + T is the identity
    over s, but for a term of rank one if r is 1.
    """
    n = len(reference)
    surplus = theirs - reference
    if not np.all(np.isfinite(surplus)) or not np.any(surplus):
        return np.inf
    values = np.linalg.svd(surplus, compute_uv=False)
    rank = int(np.sum(values > _NEAR * values[0]))
    inverse = -float(np.trace(surplus)) / (rank * (n - 1))
    if rank > _MOST or inverse <= 0.0:
        return np.inf
    rest = reference - surplus / (n - 1) - inverse * np.eye(n)
    return float(np.linalg.svd(rest, compute_uv=False)[_MOST - rank]) / inverse
