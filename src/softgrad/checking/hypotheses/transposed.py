"""The Jacobian with its indices the other way round."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def transposed(case: Case) -> Iterator[Fit]:
    """Theirs is J^T."""
    if not all(o.reference.shape[1] == o.reference.shape[2] > 1 for o in case.observations):
        return
    product = {"vjp": "J^T g", "jvp": "J v"}.get(
        case.claim.form, "J[i, j] = d output_i / d input_j"
    )
    predictions = case.each(lambda o: np.swapaxes(o.reference, 1, 2))
    yield Fit(
        code="transposed",
        residual=case.misfit(predictions),
        predictions=predictions,
        what="Rows and columns are swapped: it is the transpose of the Jacobian.",
        seen="entry (i, j) of theirs is entry (j, i) of the reference.",
        formula=f"{product}.",
        instead={"vjp": "return J.T @ g", "jvp": "return J @ v"}.get(case.claim.form, "return J.T"),
    )
