"""A vector that NumPy spreads over a matrix, where it belongs on the diagonal."""

from __future__ import annotations

from collections.abc import Iterator

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit, jacobian_of_softmax


def vector_for_diagonal(case: Case) -> Iterator[Fit]:
    """Theirs is p - p p^T, with p in every row or column, where diag(p) - p p^T is right."""
    if not case.is_kin_of_softmax:
        return
    for name in ("row", "column"):
        predictions = case.each(
            lambda o, n=name: (
                (o.y[:, None, :] if n == "row" else o.y[:, :, None])
                - o.y[:, :, None] * o.y[:, None, :]
            )
        )
        yield Fit(
            code="vector-for-diagonal",
            residual=case.misfit(predictions),
            predictions=predictions,
            parameters={"in": name},
            what=f"p is not put on the diagonal: NumPy spreads it over every {name} of the matrix.",
            seen="theirs is p_i (1 - p_j), or p_j (1 - p_i), off the diagonal too.",
            formula="J = diag(p) - p p^T: p_i (1 - p_i) for i = j and -p_i p_j for i != j.",
            instead=jacobian_of_softmax(case),
        )
