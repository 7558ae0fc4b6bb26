"""Softmax over the whole batch, or down its columns, in the derivative of one of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit, fit_softmax_beside
from softgrad.checking.structure import softmax

_ACROSS = "Its softmax runs along the wrong axis of the batch."
_OWN_ROW = "the softmax of each row by itself."


def softmax_of_all(case: Case) -> Iterator[Fit]:
    """Theirs is made of a softmax over all rows at once, or along the other axis."""
    view = case.claim.function.view
    if case.is_of_a_number and view.axis is not None and len(view.shape) == 2:
        residual = fit_softmax_beside(case, _across)
        yield Fit(
            code="wrong-axis",
            residual=residual,
            parameters={"axis": 1 - view.axis},
            what=_ACROSS,
            seen="theirs is what comes of a softmax down the other axis.",
            formula=_OWN_ROW,
            instead=f"e / np.sum(e, axis={view.axis}, keepdims=True)",
        )
    if not case.is_softmax or len(view.shape) != 2 or min(view.shape) < 2:
        return
    for code, share in _SHARES.items():
        for seen, matrices in _OF_P.items():
            predictions = case.each(lambda o, s=share, m=matrices: m(s(o.x)))
            axis = 0 if view.axis == 1 else 1
            yield Fit(
                code=code,
                residual=case.misfit(predictions),
                predictions=predictions,
                parameters={"axis": "all" if code == "batch-mixed" else axis},
                what="Rows of the batch leak into each other: its softmax is one over all rows."
                if code == "batch-mixed"
                else _ACROSS,
                seen=f"with such a p theirs is {seen}.",
                formula=_OWN_ROW,
                instead=f"e / np.sum(e, axis={view.axis}, keepdims=True)",
            )


def _of_all(x: Numbers) -> Numbers:
    return softmax(x.reshape(1, -1), x.size).reshape(x.shape)


def _across(x: Numbers) -> Numbers:
    return softmax(x.T, len(x)).T


def _whole(p: Numbers) -> Numbers:
    return p[:, :, None] * (np.eye(p.shape[1]) - p[:, None, :])


def _diagonal(p: Numbers) -> Numbers:
    return (p * (1.0 - p))[:, :, None] * np.eye(p.shape[1])


_SHARES: dict[str, Callable[[Numbers], Numbers]] = {
    "batch-mixed": _of_all,
    "wrong-axis": _across,
}
_OF_P: dict[str, Callable[[Numbers], Numbers]] = {
    "diag(p) - p p^T": _whole,
    "p * (1 - p), the diagonal alone": _diagonal,
}
