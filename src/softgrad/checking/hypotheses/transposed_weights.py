"""W where its transpose belongs, for a square matrix that the function holds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.hypotheses.other_argument import arrays_held


def transposed_weights(case: Case) -> Iterator[Fit]:
    """Theirs is J with W in place of W^T, or the other way round."""
    if case.claim.form == "hessian":
        return
    n = case.width
    for name, weights, _ in arrays_held(case.claim.function.given):
        if weights.shape != (n, n) or n < 2 or np.linalg.cond(weights) > 1e8:
            continue
        for factor in (weights, weights.T):
            # J ends in W^T: what is before it, times W.
            turned = np.linalg.solve(factor, factor.T)
            predictions = case.each(
                lambda o, t=turned: (o.reference.reshape(-1, n) @ t).reshape(o.reference.shape)
            )
            yield Fit(
                code="transposed",
                residual=case.misfit(predictions),
                predictions=predictions,
                parameters={"matrix": name},
                what=f"{name} stands where its transpose belongs, or the other way round.",
                seen=f"with {name} transposed in the reference, theirs comes out.",
                formula=f"for x @ {name}, g @ {name}.T; for {name} @ x, {name}.T @ g.",
                instead=f"return g @ {name}.T  # for a function that has x @ {name}",
            )
