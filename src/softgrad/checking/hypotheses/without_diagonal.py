"""An outer product alone, without what stands on the diagonal besides it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit, jacobian_of_softmax
from softgrad.checking.observation import Observation


def without_diagonal(case: Case) -> Iterator[Fit]:
    """Theirs lacks a term on the diagonal: only the outer product is left."""
    if case.is_elementwise or not all(
        o.reference.shape[1] == o.reference.shape[2] > 2 for o in case.observations
    ):
        return
    for name, make in _DIAGONALS.items():
        predictions = case.each(lambda o, m=make: o.reference - m(o))
        yield Fit(
            code="missing-term",
            residual=case.misfit(predictions),
            predictions=predictions,
            parameters={"term": name},
            what=f"A term of the Jacobian is missing: {name}. Only the outer product is left.",
            seen="off the diagonal theirs is right; on it that term is missing.",
            formula="J = diag(p) - p p^T; as a product with g it is p * (g - sum(g * p))."
            if case.is_softmax
            else f"the same plus {name}.",
            instead=jacobian_of_softmax(case) if case.is_softmax else "",
        )


_DIAGONALS: dict[str, Callable[[Observation], Numbers]] = {
    "diag(f(x))": lambda o: _on_diagonal(o.y),
    "the identity": lambda o: np.broadcast_to(np.eye(o.x.shape[1]), o.reference.shape),
    "all of its diagonal": lambda o: o.reference * np.eye(o.x.shape[1]),
}


def _on_diagonal(rows: Numbers) -> Numbers:
    return rows[:, :, None] * np.eye(rows.shape[1])
