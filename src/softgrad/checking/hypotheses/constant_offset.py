"""A number that is added to every entry."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import Observation


def constant_offset(case: Case) -> Iterator[Fit]:
    """Theirs is J + c, on all entries or on the diagonal."""
    places = {"every entry": _everywhere}
    if all(o.reference.shape[1] == o.reference.shape[2] > 1 for o in case.observations):
        places["every entry of the diagonal"] = _on_the_diagonal
    for where, ones in places.items():
        factor, residual = case.fit_beside(case.each(ones))
        if abs(factor) > 0.0:
            yield Fit(
                code="constant-offset",
                residual=residual,
                parameters={"offset": factor},
                what=f"Off by the same number, {factor:.6g}, is {where}.",
                seen="theirs less the reference is one constant, at every point.",
                formula="the same without that constant.",
                instead=f"return result - {factor:.6g}",
            )


def _everywhere(o: Observation) -> Numbers:
    return np.ones_like(o.reference)


def _on_the_diagonal(o: Observation) -> Numbers:
    return np.broadcast_to(np.eye(o.reference.shape[2]), o.reference.shape)
