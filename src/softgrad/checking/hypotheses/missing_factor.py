"""A factor that varies from entry to entry, such as the inner derivative, left out or too many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isclose

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.hypotheses.less_target import read_less_target
from softgrad.checking.hypotheses.slopes import as_matrices, has_slopes, slopes_of
from softgrad.checking.observation import Observation
from softgrad.checking.structure import sigmoid

_NEAR = 1e-4
#: A factor that is the same everywhere says nothing: `scaled` knows it.
_VARIES = 1e-3


def missing_factor(case: Case) -> Iterator[Fit]:
    """J is theirs times a known map of x or f(x), or theirs is J times that."""
    if not has_slopes(case):
        return
    factors = {"x": _OF_X["x"], **_OF_OUTPUT, **_OF_X}
    if case.is_of_a_number and case.width > 1:
        factors.update(_OF_ROWS)
    for name, make in factors.items():
        values = case.each(lambda o, m=make: np.broadcast_to(m(case, o), o.x.shape)[:, None, :])
        if _says_something(values):
            for is_missing in (True, False):
                yield _fit(case, name, values, is_missing=is_missing)
    yield from _of_outer_function(case)


def _says_something(values: list[Numbers]) -> bool:
    factor = np.concatenate([v.ravel() for v in values])
    return bool(np.all(np.isfinite(factor)) and np.all(factor) and np.ptp(factor) > _VARIES)


def _of_outer_function(case: Case) -> Iterator[Fit]:
    """The loss's own slope p - t is left out, and what came before it is there."""
    right = slopes_of(case, [o.reference for o in case.observations])
    theirs = slopes_of(case, [o.theirs for o in case.observations])
    with np.errstate(all="ignore"):
        ratios = as_matrices(case, [r / t for r, t in zip(right, theirs, strict=True)])
    for name, apply in {**{f"{h.name}(x)": h.apply for h in case.heads}, "x": np.asarray}.items():
        outputs = case.each(lambda o, a=apply: a(o.x))
        read = read_less_target(case, ratios, outputs)
        if read is not None:
            values = [(p - read.target)[:, None, :] for p in read.outputs]
            yield _fit(case, f"({name} - t)", values, is_missing=True)


def _fit(case: Case, name: str, values: list[Numbers], *, is_missing: bool) -> Fit:
    pairs = list(zip(case.observations, values, strict=True))
    predictions = [o.reference / v if is_missing else o.reference * v for o, v in pairs]
    factor, residual = case.fit_factor(predictions)
    if is_missing and factor:
        factor = 1.0 / factor
    shown = name if isclose(factor, 1.0, rel_tol=_NEAR) else f"{name} * {factor:.6g}"
    return Fit(
        code="missing-factor",
        residual=residual,
        parameters={"factor": shown, "too": "few" if is_missing else "many"},
        what=f"The factor {shown} is missing, as where the chain rule's inner slope is left out."
        if is_missing
        else f"The factor {shown} is one too many.",
        seen=f"theirs {'times' if is_missing else 'divided by'} {shown} is the reference at every "
        "point.",
        formula=f"theirs {'times' if is_missing else 'divided by'} {shown}.",
        instead=f"return result {'*' if is_missing else '/'} ({shown})",
    )


_OF_X: dict[str, Callable[[Case, Observation], Numbers]] = {
    "x": lambda case, o: o.x,
    "x**2": lambda case, o: o.x**2,
    "(1 - x)": lambda case, o: 1.0 - o.x,
    "(1 + x)": lambda case, o: 1.0 + o.x,
    "(1 - x**2)": lambda case, o: 1.0 - o.x**2,
    "(1 + x**2)": lambda case, o: 1.0 + o.x**2,
    "exp(x)": lambda case, o: np.exp(o.x),
    "exp(-x**2)": lambda case, o: np.exp(-o.x * o.x),
    "sigmoid(x)": lambda case, o: sigmoid(o.x),
    "(1 - sigmoid(x))": lambda case, o: sigmoid(-o.x),
    "(1 - tanh(x)**2)": lambda case, o: 1.0 - np.tanh(o.x) ** 2,
    "cos(x)": lambda case, o: np.cos(o.x),
}
_OF_OUTPUT: dict[str, Callable[[Case, Observation], Numbers]] = {
    "f(x)": lambda case, o: o.y,
    "(1 - f(x))": lambda case, o: 1.0 - o.y,
    "(1 + f(x))": lambda case, o: 1.0 + o.y,
    "(1 - f(x)**2)": lambda case, o: 1.0 - o.y**2,
    "sqrt(1 - f(x)**2)": lambda case, o: np.sqrt(1.0 - o.y**2),
    "exp(f(x))": lambda case, o: np.exp(o.y),
}
_OF_ROWS: dict[str, Callable[[Case, Observation], Numbers]] = {
    "p": lambda case, o: case.softmax(o.x),
    "(1 - p)": lambda case, o: 1.0 - case.softmax(o.x),
    "p * (1 - p)": lambda case, o: case.softmax(o.x) * (1.0 - case.softmax(o.x)),
    "norm(x)": lambda case, o: _norms(case, o),
    "norm(x)**2": lambda case, o: _norms(case, o) ** 2,
    "norm(all of x)": lambda case, o: np.sqrt(np.sum(o.x**2)),
}


def _norms(case: Case, o: Observation) -> Numbers:
    pieces = o.x.reshape(-1, case.width)
    norms = np.sqrt(np.sum(pieces**2, axis=-1, keepdims=True))
    return np.broadcast_to(norms, pieces.shape).reshape(o.x.shape)
