"""A gradient that takes the length of x for a constant."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def length_as_constant(case: Case) -> Iterator[Fit]:
    """Theirs lacks a multiple of x in each row, another one for each: what a length gives."""
    if not case.is_of_a_number or case.width < 3:
        return
    predictions: list[np.ndarray] = []
    for o in case.observations:
        x = o.x.reshape(-1, case.width)
        missing = (o.reference - o.theirs).reshape(x.shape)
        with np.errstate(all="ignore"):
            share = np.sum(missing * x, -1, keepdims=True) / np.sum(x * x, -1, keepdims=True)
        predictions.append(o.reference - (share * x).reshape(o.reference.shape))
    yield Fit(
        code="missing-term",
        residual=case.misfit(predictions),
        parameters={"term": "x, by the length of x"},
        what="A term along x is missing: the length of x is taken for a constant, and it changes "
        "with every entry of x.",
        seen="the reference less theirs is a multiple of x in each row, another one for each.",
        formula="d |x| / dx = x / |x|; for v . x / |x|, v / |x| - (v . x) x / |x|^3.",
    )
