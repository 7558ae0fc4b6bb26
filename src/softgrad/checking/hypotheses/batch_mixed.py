"""Rows of a batch that leak into each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def batch_mixed(case: Case) -> Iterator[Fit]:
    """What comes from upstream for one row changes the answer for another."""
    sizes = [float(np.max(np.abs(o.reference), initial=0.0)) for o in case.observations]
    mixed = [o.mixing > 1e-6 * s for o, s in zip(case.observations, sizes, strict=True)]
    if not all(mixed):
        return
    yield Fit(
        code="batch-mixed",
        of_entries=False,
        residual=0.0,
        what="Rows of the batch leak into each other: a sum runs over the batch as well.",
        seen="an upstream gradient of the first row alone changes the answer for other rows.",
        formula="sums over the class axis alone.",
        instead="np.sum(g * p, axis=-1, keepdims=True)  # not np.sum(g * p), not np.dot",
    )
