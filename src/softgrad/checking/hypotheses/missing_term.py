"""A multiple of x, or of the output, that is left out."""

from __future__ import annotations

from collections.abc import Iterator

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit


def missing_term(case: Case) -> Iterator[Fit]:
    """Theirs lacks a multiple of x, or of the output."""
    for name, pick in (("x", 0), ("the output", 1)):
        terms: list[Numbers] = []
        for o in case.observations:
            vector = (o.x, o.y)[pick]
            if vector.shape[1] != o.reference.shape[2] or o.reference.shape[1] != 1:
                return
            terms.append(vector[:, None, :])
        factor, residual = case.fit_beside(terms)
        yield Fit(
            code="missing-term",
            residual=residual,
            parameters={"term": name, "factor": -factor},
            what=f"A term is missing: {-factor:.6g} times {name}.",
            seen=f"the reference less theirs is a multiple of {name}, the same at every point.",
            formula=f"the same plus {-factor:.6g} times {name}.",
        )
