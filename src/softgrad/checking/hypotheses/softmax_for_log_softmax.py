"""Softmax's formula, or a half of it, for log-softmax, and the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit

_RIGHT = {
    "softmax": (
        "p * (g - sum(g * p)) for softmax; g - p * sum(g) for its logarithm.",
        "return p * (g - np.sum(g * p, axis=-1, keepdims=True))",
    ),
    "log-softmax": (
        "g - p * sum(g) for log-softmax; p * (g - sum(g * p)) for softmax itself.",
        "return g - p * np.sum(g, axis=-1, keepdims=True)",
    ),
}


def softmax_for_log_softmax(case: Case) -> Iterator[Fit]:
    """Theirs is the derivative of softmax where the function is its logarithm, or a mixture."""
    name = _name(case)
    if name is None or case.claim.form == "hessian":
        return
    formula, instead = _RIGHT[name]
    other = "log-softmax" if name == "softmax" else "softmax"
    for written, make in _FORMULAS[name].items():
        predictions = case.each(lambda o, m=make: m(case.softmax(o.x)))
        yield Fit(
            code="softmax-for-log-softmax",
            residual=case.misfit(predictions),
            predictions=predictions,
            parameters={"written": written},
            what=f"The function is {name}, and theirs is {written}: the formula for {other}, or a "
            "part of it.",
            seen=f"theirs is {written} at every point.",
            formula=formula,
            instead=instead,
        )


def _name(case: Case) -> str | None:
    if case.observations[0].x.shape[1] < 2:
        return None
    if case.is_softmax:
        return "softmax"
    return "log-softmax" if case.is_log_softmax else None


def _softmax(p: Numbers) -> Numbers:
    return p[:, :, None] * (np.eye(p.shape[1]) - p[:, None, :])


def _log_softmax(p: Numbers) -> Numbers:
    return np.eye(p.shape[1]) - np.broadcast_to(p[:, None, :], (*p.shape, p.shape[1]))


def _sum_of_products(p: Numbers) -> Numbers:
    return np.eye(p.shape[1]) - p[:, :, None] * p[:, None, :]


def _p_times_sum(p: Numbers) -> Numbers:
    return p[:, :, None] * np.eye(p.shape[1]) - p[:, None, :] * np.ones((p.shape[1], 1))


def _less_sum_of_products(p: Numbers) -> Numbers:
    """As a product with g: g - sum(g p), log-softmax's without the factor p before the sum."""
    return np.eye(p.shape[1]) - np.broadcast_to(p[:, :, None], (*p.shape, p.shape[1]))


_FORMULAS: dict[str, dict[str, Callable[[Numbers], Numbers]]] = {
    "softmax": {
        "g - p * sum(g)": _log_softmax,
        "g - p * sum(g * p)": _sum_of_products,
        "p * (g - sum(g))": _p_times_sum,
        "g - sum(g * p)": _less_sum_of_products,
    },
    "log-softmax": {
        "p * (g - sum(g * p))": _softmax,
        "g - p * sum(g * p)": _sum_of_products,
        "p * (g - sum(g))": _p_times_sum,
    },
}
