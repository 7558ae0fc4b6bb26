"""A right diagonal beside entries of the wrong sign."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case, Observation
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit


def off_diagonal_sign(case: Case) -> Iterator[Fit]:
    """Theirs is J with the sign of all entries off the diagonal flipped."""
    if not all(o.reference.shape[1] == o.reference.shape[2] > 1 for o in case.observations):
        return
    yield Fit(
        code="off-diagonal-sign",
        residual=case.misfit(case.each(_flipped)),
        what="The entries off the diagonal have the wrong sign.",
        seen="the diagonal is right; every other entry is minus the reference.",
        formula="dp_i/dz_j = p_i ((i = j) - p_j): minus p_i p_j where i and j differ.",
        instead="J = np.diag(p) - np.outer(p, p)",
    )


def _flipped(o: Observation) -> Numbers:
    eye = np.eye(o.reference.shape[2])
    return o.reference * (2.0 * eye - 1.0)
