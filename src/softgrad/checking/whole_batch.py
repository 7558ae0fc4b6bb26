"""A function that makes one softmax of a whole batch: said, whatever its derivative is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from softgrad.checking.claim import Claim
from softgrad.checking.report import Report
from softgrad.checking.structure import softmax

_NOTE = (
    "The function itself sums over all rows of the batch: its numbers add up to 1 all together, "
    "and not in each row. Where rows are to be by themselves, it is "
    "e / np.sum(e, axis=-1, keepdims=True)."
)


def with_note_of_the_batch(report: Report, claim: Claim) -> Report:
    """The report, with a word on a function that mixes rows as a softmax of all of them does."""
    view = claim.function.view
    if view.axis is not None or view.result != view.shape or len(view.shape) < 2:
        return report
    if sum(size > 1 for size in view.shape) < 2:
        return report
    x = claim.function.first_point
    with np.errstate(all="ignore"):
        y, guess = claim.function.call(x), softmax(x.reshape(1, -1), x.size).reshape(x.shape)
    if y.dtype.kind == "c" or not np.allclose(y, guess, rtol=1e-5, atol=1e-12):
        return report
    text, told, line = report.explanation.partition(" Write instead: ")
    return replace(report, explanation=f"{text} {_NOTE}{told}{line}")
