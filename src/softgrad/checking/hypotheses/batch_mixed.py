"""Rows of a batch that leak into each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit, fit_softmax_beside


def batch_mixed(case: Case) -> Iterator[Fit]:
    """What comes from upstream for one row, or one row of x, changes the answer for another."""
    if all(o.mixing > o.negligible for o in case.observations):
        yield _fit(
            0.0, "an upstream gradient of the first row alone changes the answer for other rows."
        )
    if case.is_of_a_number and case.observations[0].x.size > case.width:
        residual = fit_softmax_beside(case, _softmax_of_all)
        yield _fit(residual, "theirs is what comes of a softmax over the whole batch.")


def _fit(residual: float, seen: str) -> Fit:
    return Fit(
        code="batch-mixed",
        of_entries=False,
        residual=residual,
        what="Rows of the batch leak into each other: a sum runs over the batch as well.",
        seen=seen,
        formula="sums over the class axis alone.",
        instead="np.sum(g * p, axis=-1, keepdims=True)  # not np.sum(g * p), not np.dot",
    )


def _softmax_of_all(z: Numbers) -> Numbers:
    e = np.exp(z - np.max(z))
    return e / np.sum(e)
