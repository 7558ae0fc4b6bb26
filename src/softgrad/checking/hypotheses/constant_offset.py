"""A number that is added to every entry."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit


def constant_offset(case: Case) -> Iterator[Fit]:
    """Theirs is J + c."""
    ones = case.each(lambda o: np.ones_like(o.reference))
    factor, residual = case.fit_beside(ones)
    if abs(factor) > 0.0:
        yield Fit(
            code="constant-offset",
            residual=residual,
            parameters={"offset": factor},
            what=f"Each entry is off by the same number, {factor:.6g}.",
            seen="theirs less the reference is one constant, at every point.",
            formula="the same without that constant.",
            instead=f"return result - {factor:.6g}",
        )
