"""Rows of a batch that leak into each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit, fit_softmax_beside

_PRODUCT = "np.sum(g * p, axis=-1, keepdims=True)  # not np.sum(g * p), not np.dot"
_OF_ROWS = "p = e / np.sum(e, axis=-1, keepdims=True)  # not np.sum(e)"

_SAME = 1e-6


def batch_mixed(case: Case) -> Iterator[Fit]:
    """What comes from upstream for one row, or one row of x, changes the answer for another."""
    if all(o.mixing > o.negligible for o in case.observations):
        yield _fit(
            0.0, "an upstream gradient of the first row alone changes the answer for other rows."
        )
    if case.is_of_a_number and case.observations[0].x.size > case.width:
        residual = fit_softmax_beside(case, _softmax_of_all)
        yield _fit(residual, "theirs is what comes of a softmax over the whole batch.", _OF_ROWS)
        yield _of_a_loss_of_all(case)
    if case.is_log_softmax and case.observations[0].x.size > case.width:
        residual = case.misfit(case.each(lambda o: _log_softmax_jacobian(_softmax_of_all(o.x))))
        yield _fit(residual, "theirs is I - 1 p^T with the softmax of the whole batch.", _OF_ROWS)


def _fit(residual: float, seen: str, instead: str = _PRODUCT) -> Fit:
    return Fit(
        code="batch-mixed",
        of_entries=False,
        residual=residual,
        what="Rows of the batch leak into each other: a sum runs over the batch as well.",
        seen=seen,
        formula="sums over the class axis alone.",
        instead=instead,
    )


def _of_a_loss_of_all(case: Case) -> Fit:
    """Theirs is p - t for rows, or its mean, of a loss whose own softmax is one of all rows."""
    terms = case.each(lambda o: _softmax_of_all(o.x).reshape(o.reference.shape))
    factor, residual = case.fit_beside(terms)
    return Fit(
        code="batch-mixed",
        residual=residual if abs(factor) > _SAME else np.inf,
        parameters={"factor": factor},
        what="The function makes one softmax of the whole batch, whose numbers add up to 1 all "
        "together, and theirs has one target of sum 1 in mind.",
        seen="theirs less the reference is a multiple of the softmax of all entries.",
        formula="np.sum(t) * p - t for the softmax p of all entries; or a function that takes the "
        "softmax of each row: axis=-1.",
        instead=_OF_ROWS,
    )


def _log_softmax_jacobian(p: Numbers) -> Numbers:
    return np.eye(p.shape[1]) - p[:, None, :]


def _softmax_of_all(z: Numbers) -> Numbers:
    e = np.exp(z - np.max(z))
    return e / np.sum(e)
