"""p - t where targets do not sum to 1."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit

_SAME = 1e-6


def target_sum_dropped(case: Case) -> Iterator[Fit]:
    """Theirs is p - t, or its mean, where the gradient is sum(t) p - t."""
    if not case.is_of_a_number or len(case.observations) < 2:
        return
    if case.fit_factor(case.each(lambda o: o.reference))[1] < _SAME:  # one factor on everything
        return
    sums = _sums_of_targets(case)
    width = case.width
    rows = prod(case.claim.whole) // width
    for count in {1, rows}:
        predictions = [
            (_pieces(o.reference, width) + (1.0 / count - sums) * _pieces(p, width)).reshape(
                o.theirs.shape
            )
            for o, p in zip(case.observations, case.each(lambda o: case.softmax(o.x)), strict=True)
        ]
        total = float(sums[0, 0]) * count
        yield Fit(
            code="target-sum-dropped",
            residual=case.misfit(predictions),
            parameters={"sum_of_targets": total},
            what=f"The targets sum to {total:.6g}, and p - t is right only where they sum to 1.",
            seen="theirs lacks a multiple of softmax(x): that of the targets' sum.",
            formula="sum(t) * p - t.",
            instead="return np.sum(t, axis=-1, keepdims=True) * p - t",
        )


def _sums_of_targets(case: Case) -> Numbers:
    """The s with which s p less the gradient is the same t at every point, for each row."""
    width = case.width
    p = np.stack([_pieces(case.softmax(o.x), width) for o in case.observations])
    slopes = np.stack([_pieces(o.reference, width) for o in case.observations])
    off_p, off_slopes = p - np.mean(p, axis=0), slopes - np.mean(slopes, axis=0)
    across = (0, 2)
    sums = np.sum(off_p * off_slopes, axis=across) / np.sum(off_p * off_p, axis=across)
    return sums[:, None]


def _pieces(rows: Numbers, width: int) -> Numbers:
    return rows.reshape(-1, width)
