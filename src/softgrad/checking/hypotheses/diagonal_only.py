"""The most frequent mistake of all: each output by its own input alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case, Observation
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.structure import is_softmax


def diagonal_only(case: Case) -> Iterator[Fit]:
    """Theirs is J with everything off the diagonal left out."""
    if not all(o.reference.shape[1] == o.reference.shape[2] > 1 for o in case.observations):
        return
    softmax = is_softmax(case)
    yield Fit(
        code="diagonal-only",
        residual=case.misfit(case.each(_diagonal)),
        what="It keeps only the diagonal of the Jacobian: each output by its own input. Changing "
        "one input changes every output, so an element-wise derivative cannot be right.",
        seen="its diagonal is right, and it is 0 wherever output and input differ.",
        formula="dp_i/dz_j = p_i (1 - p_i) for i = j and -p_i p_j for i != j; as a product with "
        "the upstream gradient g it is p * (g - sum(g * p))."
        if softmax
        else "the whole Jacobian: row i of it times g_i, added up over all outputs i.",
        instead="return p * (g - np.sum(g * p, axis=-1, keepdims=True))" if softmax else "",
    )


def _diagonal(o: Observation) -> Numbers:
    return o.reference * np.eye(o.reference.shape[2])
