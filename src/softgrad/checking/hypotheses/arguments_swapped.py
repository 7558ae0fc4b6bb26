"""A function of two arguments whose derivative is that of the two the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers, to_numpy
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import apart
from softgrad.checking.reference import Reference

_WHAT = "The two arguments are swapped: it is the derivative of f(b, a), not of f(a, b)."
#: How far what should be one target may differ from point to point.
_SAME = 1e-6


def arguments_swapped(case: Case) -> Iterator[Fit]:
    """Theirs is the derivative of the function with its two arguments exchanged."""
    yield from _of_a_partial(case)
    if case.is_of_a_number and len(case.observations) > 1:
        for from_reference in (True, False):
            for by_logits in (True, False):
                yield _of_divergences(case, from_reference, by_logits)


def _of_a_partial(case: Case) -> Iterator[Fit]:
    """`functools.partial` says what the other argument is."""
    rows, given = case.claim.function, case.claim.function.given
    if not isinstance(given, partial) or len(given.args) != 1 or case.claim.form == "hessian":
        return
    view, make = rows.view, rows.framework.make
    call: Callable[..., Any] = given.func

    def exchanged(x: Numbers) -> Numbers:
        y = call(make(view.from_rows(x)), given.args[0], **given.keywords)
        return view.results_to_rows(to_numpy(y, "the function's result"))

    try:
        swapped = Reference(exchanged, may_be_complex=False)
        predictions = [swapped.jacobian(o.x).value for o in case.observations]
    except Exception:  # the other order may make no sense
        return
    yield _fit(case.misfit(predictions), "that of the function called the other way round")


def _of_divergences(case: Case, from_reference: bool, by_logits: bool) -> Fit:
    """KL(t | p) in place of KL(p | t), or the other way round, with t read off either gradient.

    By logits, with p = softmax(z): sum(t) p - t beside p (log(p / t) - KL(p | t)); by p itself:
    -t / p beside log(p / t) + 1.
    """
    forward = [(o.reference if from_reference else o.theirs)[:, 0, :] for o in case.observations]
    reverse = [(o.theirs if from_reference else o.reference)[:, 0, :] for o in case.observations]
    p = [case.softmax(o.x) if by_logits else o.x for o in case.observations]
    targets = [q - f if by_logits else -f * q for q, f in zip(p, forward, strict=True)]
    t = targets[-1]
    loose = _SAME + max(float(np.max(o.allowed)) for o in case.observations)
    same = all(np.allclose(t, other, rtol=_SAME, atol=loose) for other in targets)
    residual = np.inf
    if same and np.all(t > 0.0) and all(np.all(q > 0.0) for q in p):
        allowed = [o.allowed[:, 0, :] for o in case.observations]
        residual = max(
            apart(r, _reverse_gradient(case, o.x, t, by_logits), a)
            for r, o, a in zip(reverse, case.observations, allowed, strict=True)
        )
    return _fit(residual, "that of the divergence taken the other way round")


def _reverse_gradient(case: Case, x: Numbers, t: Numbers, by_logits: bool) -> Numbers:
    if not by_logits:
        return np.log(x / t) + 1.0
    ratio = np.log(case.softmax(x) / t)
    return case.through_softmax(ratio[:, None, :], x)[:, 0, :]


def _fit(residual: float, seen: str) -> Fit:
    return Fit(
        code="arguments-swapped",
        residual=residual,
        what=_WHAT,
        seen=f"theirs agrees with {seen}.",
        formula="KL(t | p) = sum t log(t / p) has the gradient p - t by the logits of p; "
        "KL(p | t) = sum p log(p / t) has p * (log(p / t) - KL(p | t)).",
        instead="return p - t  # for KL(t | p), with p = softmax(z) and targets t that sum to 1",
    )
