"""A derivative that passes everything on as it is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import Observation

_SAME = 1e-6


def identity(case: Case) -> Iterator[Fit]:
    """Theirs is the identity, or ones on all entries."""
    if case.fit_factor(case.each(lambda o: o.reference))[1] < _SAME:  # a factor that is missing
        return
    yield Fit(
        code="identity",
        residual=case.misfit(case.each(_identity)),
        what="It passes the upstream gradient on unchanged, as if the function were the identity.",
        seen="theirs is 1 on the diagonal and 0 elsewhere, at every point.",
        formula="J^T g with the function's own Jacobian.",
    )


def _identity(o: Observation) -> Numbers:
    return np.broadcast_to(np.eye(*o.reference.shape[1:]), o.reference.shape)
