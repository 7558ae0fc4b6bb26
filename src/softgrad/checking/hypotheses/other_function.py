"""The derivative of another function than the one it is given for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.hypotheses.known_slopes import KNOWN_SLOPES

_NEAR = 1e-6


def other_function(case: Case) -> Iterator[Fit]:
    """Theirs is the right derivative of a function that is easily taken for this one."""
    if case.is_elementwise:
        own = _name_of_own(case)
        for name, slope in KNOWN_SLOPES.items():
            predictions = case.each(lambda o, s=slope: _on_diagonal(s(o.x)))
            yield _fit(case, predictions, name, own)
    if case.is_of_a_number:
        signs = case.each(lambda o: np.sign(o.reference))
        factor, _ = case.fit_factor(signs)
        if factor == factor and all(np.ptp(s) == 2.0 for s in signs):
            yield _fit(case, [factor * s for s in signs], "an absolute error", "a square, perhaps")


def _fit(case: Case, predictions: list[Numbers], name: str, own: str) -> Fit:
    return Fit(
        code="other-function",
        residual=case.misfit(predictions),
        predictions=predictions,
        parameters={"function": name},
        what=f"It is the derivative of another function: of {name}"
        + (f", and the function is {own}." if own else "."),
        seen=f"its numbers are those of {name} at every point.",
        formula=f"the derivative of {own or 'the function itself'}; or take {name} in both places.",
    )


def _name_of_own(case: Case) -> str:
    """What the function is by its slope, if it is one of those."""
    for name, slope in KNOWN_SLOPES.items():
        turned = case.with_theirs([o.reference for o in case.observations])
        if turned.misfit(case.each(lambda o, s=slope: _on_diagonal(s(o.x)))) < _NEAR:
            return name
    return ""


def _on_diagonal(slopes: Numbers) -> Numbers:
    return slopes[:, :, None] * np.eye(slopes.shape[1])
