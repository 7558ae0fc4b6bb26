"""The derivative of another function than the one it is given for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.hypotheses.known_slopes import KNOWN_SLOPES
from softgrad.checking.hypotheses.less_target import read_less_target
from softgrad.checking.hypotheses.slopes import has_slopes

_NEAR = 1e-6


def other_function(case: Case) -> Iterator[Fit]:
    """Theirs is the right derivative of a function that is easily taken for this one."""
    if case.is_elementwise:
        own = _name_of_own(case)
        for name, slope in KNOWN_SLOPES.items():
            predictions = case.each(lambda o, s=slope: _on_diagonal(s(o.x)))
            yield _fit(case, predictions, name, own)
    if has_slopes(case):
        signs = case.each(lambda o: np.sign(o.reference))
        factor, _ = case.fit_factor(signs)
        is_constant = all(_is_of_straight_lines(o.reference) for o in case.observations)
        if factor == factor and not is_constant and all(np.ptp(s) == 2.0 for s in signs):
            yield _fit(case, [factor * s for s in signs], "an absolute error", "a square, perhaps")
        yield from _of_squares(case)


def _is_of_straight_lines(reference: Numbers) -> bool:
    """Whether it has two sizes, or counts of one: no square, but an absolute error or a hinge."""
    sizes = np.abs(reference[np.abs(reference) > 0.0])
    if sizes.size == 0:
        return False
    counts: Numbers = sizes / np.min(sizes)
    are_two = np.isclose(counts, 1.0) | np.isclose(sizes, np.max(sizes))
    return bool(np.all(are_two) or np.allclose(counts, np.round(counts)))


def _of_squares(case: Case) -> Iterator[Fit]:
    """a (x - t) where the function has the sign of that."""
    of = case.observations
    read = read_less_target(case, [o.theirs for o in of], [o.x for o in of])
    if read is None:
        return
    turned = case.with_theirs([o.reference for o in case.observations])
    _, residual = turned.fit_factor([np.sign(o.theirs) for o in case.observations])
    fit = _fit(case, [o.theirs for o in case.observations], "a squared error", "an absolute one")
    yield replace(fit, residual=residual)


def _fit(case: Case, predictions: list[Numbers], name: str, own: str) -> Fit:
    return Fit(
        code="other-function",
        residual=case.misfit(predictions),
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
