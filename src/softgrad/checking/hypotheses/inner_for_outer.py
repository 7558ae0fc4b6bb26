"""p . p, one number, where the matrix p p^T belongs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit, jacobian_of_softmax
from softgrad.checking.observation import Observation


def inner_for_outer(case: Case) -> Iterator[Fit]:
    """Theirs is diag(p) - p . p, on all entries or on the diagonal, where softmax has p p^T."""
    if not case.is_kin_of_softmax:
        return
    for on_diagonal in (False, True):
        predictions = case.each(lambda o, d=on_diagonal: _with_inner(o, d))
        yield Fit(
            code="inner-for-outer",
            residual=case.misfit(predictions),
            predictions=predictions,
            what="The inner product p . p, which is one number, stands where the outer product "
            "p p^T belongs, which is a matrix.",
            seen="theirs is p on the diagonal less the sum of p^2.",
            formula="J = diag(p) - p p^T; as a product with g it is p * (g - sum(g * p)).",
            instead="return p * (g - np.sum(g * p, axis=-1, keepdims=True))"
            if on_diagonal or case.claim.form == "vjp"
            else jacobian_of_softmax(case),
        )


def _with_inner(o: Observation, on_diagonal: bool) -> Numbers:
    eye = np.eye(o.y.shape[1])
    inner = np.sum(o.y * o.y, axis=-1)[:, None, None]
    return o.y[:, :, None] * eye - inner * (eye if on_diagonal else 1.0)
