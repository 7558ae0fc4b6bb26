"""The most frequent mistake of all: each output by its own input alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit, beside_softmax
from softgrad.checking.observation import Observation

_OF_SOFTMAX = (
    "dp_i/dz_j = p_i (1 - p_i) for i = j and -p_i p_j for i != j; as a product with the upstream "
    "gradient g it is p * (g - sum(g * p))."
)
_PRODUCT = "return p * (g - np.sum(g * p, axis=-1, keepdims=True))"
#: A squared error's 2 may be missing besides.
_FACTORS = (1.0, 0.5, 2.0)


def diagonal_only(case: Case) -> Iterator[Fit]:
    """Theirs is J with everything off the diagonal left out, alone or on the way to J."""
    yield from diagonal_of_matrix(case)
    if case.claim.form == "hessian" or case.width < 4 or case.is_softmax:
        return
    for factor in _FACTORS:
        yield _fit(
            case,
            case.each(lambda o, f=factor: _inside(case, o, f)),
            seen="theirs is what comes of a softmax Jacobian with nothing off its diagonal"
            + ("." if factor == 1.0 else f", times {factor:g}: a square's 2 is wrong as well."),
            formula=_OF_SOFTMAX,
            instead=_PRODUCT,
        )


def diagonal_of_matrix(case: Case) -> Iterator[Fit]:
    """Theirs is J with everything off the diagonal left out."""
    if case.claim.form == "hessian" or all(
        o.reference.shape[1] == o.reference.shape[2] > 1 for o in case.observations
    ):
        softmax = case.is_softmax
        yield _fit(
            case,
            case.each(_diagonal),
            seen="its diagonal is right, and it is 0 wherever output and input differ.",
            formula=_OF_SOFTMAX
            if softmax
            else "the whole Jacobian: row i of it times g_i, added up over all outputs i.",
            instead=_PRODUCT if softmax else "",
        )


def _fit(case: Case, predictions: list[Numbers], *, seen: str, formula: str, instead: str) -> Fit:
    return Fit(
        code="diagonal-only",
        residual=case.misfit(predictions),
        predictions=predictions,
        what="It keeps only the diagonal of the Jacobian: each output by its own input. Changing "
        "one input changes every output, so an element-wise derivative cannot be right.",
        seen=seen,
        formula=formula,
        instead=instead,
    )


def _diagonal(o: Observation) -> Numbers:
    return o.reference * np.eye(o.reference.shape[2])


def _inside(case: Case, o: Observation, factor: float) -> Numbers:
    """f g p (1 - p), where p (g - p.g) is known and with it g but for the number p.g."""
    p = case.softmax(o.x)[:, None, :]
    known = factor * o.reference * (1.0 - p)
    return beside_softmax(o.theirs, known, np.broadcast_to(p * (1.0 - p), known.shape), case.width)
