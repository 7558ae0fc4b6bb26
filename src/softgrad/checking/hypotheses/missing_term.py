"""A term of a sum that is left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.hypotheses.wrong_target import without_target
from softgrad.checking.observation import Observation


def missing_term(case: Case) -> Iterator[Fit]:
    """Theirs lacks a known term, times a number, or half of a product rule."""
    yield from without_target(case)
    if all(o.reference.shape[1:] == (1, o.x.shape[1]) for o in case.observations):
        for name, term in _TERMS.items():
            terms = case.each(lambda o, t=term: t(case, o)[:, None, :])
            factor, residual = case.fit_beside(terms)
            yield Fit(
                code="missing-term",
                residual=residual,
                parameters={"term": name, "factor": -factor},
                what=f"A term is missing: {-factor:.6g} times {name}.",
                seen=f"the reference less theirs is a multiple of {name}, the same at every point.",
                formula=f"the same plus {-factor:.6g} times {name}.",
            )
    if case.is_elementwise:
        for name, predict in (("first", _of_first_factor), ("second", _of_second_factor)):
            predictions = case.each(predict)
            yield Fit(
                code="missing-term",
                residual=case.misfit(predictions),
                predictions=predictions,
                parameters={"term": f"of the {name} factor"},
                what="Half of the product rule is missing: the function is x times something, and "
                f"only the {name} factor was differentiated.",
                seen="theirs and what is missing add up to the reference, one of them f(x) / x.",
                formula="(x s(x))' = s(x) + x s'(x).",
                instead="return s + x * s_prime",
            )


def _decay(case: Case, o: Observation) -> Numbers:
    return o.x


def _signs(case: Case, o: Observation) -> Numbers:
    return np.sign(o.x)


def _output(case: Case, o: Observation) -> Numbers:
    return np.broadcast_to(o.y, o.x.shape)


def _entropy(case: Case, o: Observation) -> Numbers:
    """The gradient of sum(p log p) by the logits of p."""
    p = case.softmax(o.x)
    with np.errstate(all="ignore"):
        logs = np.where(p > 0.0, np.log(p), 0.0)
    return case.through_softmax(logs[:, None, :], o.x)[:, 0, :]


_TERMS = {
    "x": _decay,
    "the sign of x": _signs,
    "the output": _output,
    "the gradient of softmax(x)'s negative entropy": _entropy,
}


def _of_first_factor(o: Observation) -> Numbers:
    """s, of f = x s."""
    return _on_diagonal(o.y / o.x)


def _of_second_factor(o: Observation) -> Numbers:
    """x s', of f = x s."""
    return o.reference - _on_diagonal(o.y / o.x)


def _on_diagonal(rows: Numbers) -> Numbers:
    return rows[:, :, None] * np.eye(rows.shape[1])
