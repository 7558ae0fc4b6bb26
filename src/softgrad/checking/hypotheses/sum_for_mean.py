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
    explained = all(
        _has_terms_times_n(reference, theirs)
        for o in case.observations
        for reference, theirs in zip(o.reference, o.theirs, strict=True)
    )
    yield Fit(
        code="sum-for-mean",
        residual=0.0 if explained else np.inf,
        what="There is a sum over the row where the derivative of a norm has a mean.",
        seen="what theirs takes off the identity is the length of a row times too much.",
        formula="(g - mean(g) - h * mean(g * h)) / s for h = (x - mean(x)) / s; without the first "
        "mean where the function takes no mean off.",
        instead="return (g - np.mean(g, axis=-1, keepdims=True) "
        "- h * np.mean(g * h, axis=-1, keepdims=True)) / s",
    )


def _has_terms_times_n(reference: Numbers, theirs: Numbers) -> bool:
    """Whether terms that J takes off the identity are there n times.

    Then J less theirs is (n - 1) T, and J + T is nearer to the identity over s by the rank of T.
    """
    surplus = reference - theirs
    if not np.all(np.isfinite(surplus)) or not np.any(surplus):
        return False
    terms = surplus / (len(reference) - 1)
    size = float(_values(reference)[0])
    without = size * np.eye(len(reference)) - reference
    before, after = (_rank(matrix, size) for matrix in (without, without - terms))
    return before <= _MOST and after == before - _rank(terms, float(_values(terms)[0]))


def _rank(matrix: Numbers, size: float) -> int:
    return int(np.sum(_values(matrix) > _NEAR * size))


def _values(matrix: Numbers) -> Numbers:
    return np.linalg.svd(matrix, compute_uv=False)
