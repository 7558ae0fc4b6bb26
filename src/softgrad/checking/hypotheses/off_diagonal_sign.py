"""A rank-one term with the wrong sign."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit, jacobian_of_softmax
from softgrad.checking.observation import Observation


def off_diagonal_sign(case: Case) -> Iterator[Fit]:
    """Theirs is J with the sign of all entries off the diagonal flipped, and on it perhaps not."""
    if not all(o.reference.shape[1] == o.reference.shape[2] > 2 for o in case.observations):
        return
    for residual, predictions in (
        (case.misfit(case.each(_flipped)), case.each(_with_its_diagonal)),
        *_with_a_plus(case),
    ):
        yield _fit(case, residual, predictions)


def _fit(case: Case, residual: float, predictions: list[Numbers]) -> Fit:
    return Fit(
        code="off-diagonal-sign",
        residual=residual,
        predictions=predictions,
        what="The entries off the diagonal have the wrong sign.",
        seen="every entry off the diagonal is minus the reference.",
        formula="dp_i/dz_j = p_i ((i = j) - p_j): minus p_i p_j where i and j differ."
        if case.is_softmax
        else "the diagonal less the outer product, not the two added up.",
        instead=jacobian_of_softmax(case) if case.is_softmax else "",
    )


def _with_a_plus(case: Case) -> Iterator[tuple[float, list[Numbers]]]:
    """diag(p) + p p^T, which has a wrong diagonal too."""
    if case.is_kin_of_softmax:
        plus = case.each(lambda o: 2.0 * o.y[:, :, None] * np.eye(o.y.shape[1]) - o.reference)
        yield case.misfit(plus), plus


def _with_its_diagonal(o: Observation) -> Numbers:
    return o.reference * (2.0 * np.eye(o.reference.shape[2]) - 1.0)


def _flipped(o: Observation) -> Numbers:
    """Where there is nothing off the diagonal the sign there explains nothing."""
    eye = np.eye(o.reference.shape[2])
    flipped = o.theirs * eye - o.reference * (1.0 - eye)
    return flipped if np.any(o.theirs * (1.0 - eye)) else np.full_like(flipped, np.nan)
