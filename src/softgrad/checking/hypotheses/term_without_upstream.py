"""A term of a product that what comes from upstream does not multiply."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import apart

_EVERY_TERM = "g * (first + second): every term has the upstream gradient as a factor."


def term_without_upstream(case: Case) -> Iterator[Fit]:
    """A term is the same whatever comes from upstream, and the rest is right with it."""
    split = _split(case)
    if split is None:
        return
    terms, linear = split
    # A term in which g was forgotten is that term with ones for g.
    axis = 1 if case.claim.form == "vjp" else 2
    ones = [
        m + np.expand_dims(np.sum(o.reference - m, axis=axis), axis)
        for o, m in zip(case.observations, linear, strict=True)
    ]
    yield _fit(
        case.misfit(ones),
        "Brackets are missing: one of the terms is not multiplied by the upstream gradient.",
        "for an upstream gradient of 0 the answer is not 0, but what the missing term is for ones.",
        _EVERY_TERM,
        "return g * (first + second)",
    )
    left = case.with_theirs(linear)
    numbers = np.concatenate([term.ravel() for term in terms])
    is_one = np.ptp(numbers) <= 1e-9 * np.max(np.abs(numbers))
    yield _fit(
        left.misfit([o.reference for o in case.observations]),
        f"The number {numbers[0]:.6g} is added to the product with the upstream gradient."
        if is_one
        else "A term is added that has nothing to do with the upstream gradient.",
        "without what it answers to an upstream gradient of 0 it is right.",
        "J^T g, and nothing else: linear in g.",
        f"return result - {numbers[0]:.6g}" if is_one else "",
        code="constant-offset" if is_one else "term-without-upstream",
    )


def some_term_without_upstream(case: Case) -> Iterator[Fit]:
    """A term is the same whatever comes from upstream, and there may be more that is wrong."""
    if _split(case) is not None:
        yield _fit(
            0.0,
            "A term is not multiplied by the upstream gradient; it may not be all that is wrong.",
            "for an upstream gradient of 0 the answer is not 0.",
            _EVERY_TERM,
            "return g * (first + second)",
        )


def _fit(
    residual: float,
    what: str,
    seen: str,
    formula: str,
    instead: str,
    code: str = "term-without-upstream",
) -> Fit:
    return Fit(
        code=code,
        of_entries=False,
        residual=residual,
        what=what,
        seen=seen,
        formula=formula,
        instead=instead,
    )


def _split(case: Case) -> tuple[list[Numbers], list[Numbers]] | None:
    """What it answers to nothing, and their matrices without it; None where one of them is 0."""
    if case.claim.form not in ("vjp", "jvp"):
        return None
    axis = 1 if case.claim.form == "vjp" else 2
    terms = [np.expand_dims(o.idle, axis) for o in case.observations]
    if not any(
        np.any(np.abs(t) > o.negligible) for t, o in zip(terms, case.observations, strict=True)
    ):
        return None
    linear = [o.theirs - t for t, o in zip(terms, case.observations, strict=True)]
    if all(
        apart(o.theirs, np.broadcast_to(t, o.theirs.shape), o.allowed) < 1e-6
        for t, o in zip(terms, case.observations, strict=True)
    ):
        return None  # all of it ignores g
    return terms, linear
