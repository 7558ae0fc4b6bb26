"""Numbers that are none: an overflow, or the logarithm of 0."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import Observation, apart

#: As far as what is too small for its numbers elsewhere, as float32 is, may be off there.
_NEARLY = 1e-3


def not_finite(case: Case) -> Iterator[Fit]:
    """Theirs is NaN or infinite where the reference is a number, and is right elsewhere."""
    broken = [o for o in case.observations if not np.all(np.isfinite(o.theirs))]
    whole = [o for o in case.observations if np.all(np.isfinite(o.theirs))]
    off = [apart(o.theirs, o.reference, o.allowed) for o in whole]
    if not broken or max(off, default=0.0) > _NEARLY:
        return
    code = _first_event(case, broken[0])
    yield Fit(
        code=code,
        residual=0.0,
        what=f"It is no number at x: {_CAUSES[code]}{' Elsewhere it is right.' if whole else ''}",
        seen="theirs is NaN or infinite where the function and its derivative are finite.",
        formula=_FORMULAS[code],
        instead="e = np.exp(z - np.max(z, axis=-1, keepdims=True))"
        if code == "overflow"
        else "log_p = z - z.max(axis=-1, keepdims=True); "
        "log_p -= np.log(np.sum(np.exp(log_p), axis=-1, keepdims=True))",
    )


_CAUSES = {
    "overflow": "exp of a large number, or a power of one.",
    "log-of-zero": "the logarithm of 0, or a division by it.",
}
_FORMULAS = {
    "overflow": "the same with exp of numbers that are not positive: exp(z - max(z)), exp(-|z|).",
    "log-of-zero": "a form in which nothing is divided by p and log p is z - logsumexp(z).",
}


def _first_event(case: Case, o: Observation) -> str:
    """What NumPy saw first; for other arrays, whether theirs is fine with smaller numbers."""
    events: list[str] = []

    def note(event: str, _flag: int) -> None:
        events.append(event)

    point = o.y if case.claim.argument == "output" else o.x
    with np.errstate(over="call", divide="call", invalid="ignore", under="ignore", call=note):
        case.theirs_given(point, o.x)
    if events:
        return "overflow" if events[0] == "overflow" else "log-of-zero"
    lowered = o.x - np.max(o.x, axis=-1, keepdims=True)
    try:
        helped = bool(np.all(np.isfinite(case.theirs_given(lowered, lowered))))
    except Exception:  # numbers below 0 may not be taken
        helped = False
    large = float(np.max(np.abs(o.x))) > 80.0
    return "overflow" if large and (helped or np.all(o.x <= 0.0)) else "log-of-zero"
