"""A mean inside of the product, where a sum belongs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import Observation

#: What one factor on everything explains so well is none on a part of it.
_SAME = 1e-6


def mean_for_sum(case: Case) -> Iterator[Fit]:
    """Theirs is J with everything off the diagonal divided by the number of entries of a row."""
    if not all(o.reference.shape[1] == o.reference.shape[2] > 2 for o in case.observations):
        return
    if case.fit_factor(case.each(lambda o: o.reference))[1] < _SAME:  # the diagonal, too
        return
    yield Fit(
        code="mean-for-sum",
        residual=case.misfit(case.each(_averaged)),
        what="There is a mean over the row where the product with the upstream gradient has a sum.",
        seen="every entry off the diagonal is the reference divided by the length of a row.",
        formula="p * (g - sum(g * p)), with a sum and not a mean.",
        instead="return p * (g - np.sum(g * p, axis=-1, keepdims=True))",
    )


def _averaged(o: Observation) -> Numbers:
    n = o.reference.shape[2]
    eye = np.eye(n)
    averaged = o.theirs * eye + o.reference * (1.0 - eye) / n
    return averaged if np.any(o.theirs * (1.0 - eye)) else np.full_like(averaged, np.nan)
