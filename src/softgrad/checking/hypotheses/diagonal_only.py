"""The most frequent mistake of all: each output by its own input alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case, Observation
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit

_OF_SOFTMAX = (
    "dp_i/dz_j = p_i (1 - p_i) for i = j and -p_i p_j for i != j; as a product with the upstream "
    "gradient g it is p * (g - sum(g * p))."
)
_PRODUCT = "return p * (g - np.sum(g * p, axis=-1, keepdims=True))"


def diagonal_only(case: Case) -> Iterator[Fit]:
    """Theirs is J with everything off the diagonal left out, alone or inside a loss's gradient."""
    if all(o.reference.shape[1] == o.reference.shape[2] > 1 for o in case.observations):
        softmax = case.is_softmax
        yield _fit(
            case.misfit(case.each(_diagonal)),
            seen="its diagonal is right, and it is 0 wherever output and input differ.",
            formula=_OF_SOFTMAX
            if softmax
            else "the whole Jacobian: row i of it times g_i, added up over all outputs i.",
            instead=_PRODUCT if softmax else "",
        )
    elif case.is_of_a_number:
        yield _fit(
            case.misfit(case.each(lambda o: _diagonal_inside_a_loss(case, o))),
            seen="theirs is what comes of a softmax Jacobian with nothing off its diagonal.",
            formula=_OF_SOFTMAX,
            instead=_PRODUCT,
        )


def _fit(residual: float, *, seen: str, formula: str, instead: str) -> Fit:
    return Fit(
        code="diagonal-only",
        residual=residual,
        what="It keeps only the diagonal of the Jacobian: each output by its own input. Changing "
        "one input changes every output, so an element-wise derivative cannot be right.",
        seen=seen,
        formula=formula,
        instead=instead,
    )


def _diagonal(o: Observation) -> Numbers:
    return o.reference * np.eye(o.reference.shape[2])


def _diagonal_inside_a_loss(case: Case, o: Observation) -> Numbers:
    """g p (1 - p), where the gradient p (g - p.g) is known and with it g up to the number p.g."""
    width = case.claim.function.view.width
    p, right, theirs = (a.reshape(-1, width) for a in (case.softmax(o.x), o.reference, o.theirs))
    if width < 4:  # as many unknown as known
        return np.full_like(o.theirs, np.nan)
    known, beside = right * (1.0 - p), p * (1.0 - p)
    number = np.sum((theirs - known) * beside, axis=-1, keepdims=True)
    number /= np.sum(beside * beside, axis=-1, keepdims=True)
    return (known + number * beside).reshape(o.theirs.shape)
