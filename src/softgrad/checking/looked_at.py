"""What is looked at: both derivatives, at the caller's point and at others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.claim import Claim
from softgrad.checking.frameworks import Numbers
from softgrad.checking.observation import Observation, observe
from softgrad.checking.points import far_point, other_points
from softgrad.checking.reference import Reference
from softgrad.errors import ShapeError

#: Longer rows are not looked at entry by entry, for that takes as many calls as there are entries.
LONG = 128

_OTHER_POINTS = 2
#: More are tried where nothing is seen at those: all of a sparse map's derivative may be 0.
_MOST_POINTS = 8
_ROUNDINGS = 4.0


def case_of(claim: Claim, seed: int) -> Case:
    """Both derivatives at the claim's point, and at others near it."""
    rows = claim.function
    framework, point = rows.framework, rows.first_point
    x = rows.view.to_rows(point)
    is_long = x.shape[1] > LONG
    reference = Reference(
        rows,
        may_be_complex=framework.takes_complex,
        precision=framework.precision,
        quick=is_long,
    )
    if claim.form == "hessian":
        slopes = reference

        def gradient(z: Numbers) -> Numbers:
            return slopes.jacobian(z).value[:, 0, :]

        noise = float(np.max(slopes.jacobian(x).uncertainty))
        reference = Reference(gradient, may_be_complex=False, noise=noise)
    observations: list[Observation] = [observe(claim, reference, x)]
    wanted = 0 if claim.is_array else 1 if is_long else _OTHER_POINTS
    for other in other_points(rows, x, _MOST_POINTS if wanted else 0, seed):
        seen = sum(not o.is_blurred for o in observations[1:])
        if len(observations) > wanted and (seen or not observations[0].is_blurred):
            break
        found = _observed(claim, reference, other)
        if found is not None:
            observations.append(found)
    return Case(claim, reference, _with_absorption(observations), is_long=is_long)


def far_case_of(claim: Claim, case: Case, seed: int) -> Case | None:
    """The caller's point, and one far out; None where the function is not one of single numbers.

    A hard sigmoid's slope is 0 beyond its ends, where numbers of about 1 never come.
    """
    first = case.observations[0]
    within = float(np.max(np.abs(first.x))) <= 1.0  # the domain may end there
    if claim.is_array or within or not case.is_elementwise or np.ptp(np.sign(first.x)) < 2.0:
        return None
    found = _observed(claim, case.reference, far_point(first.x, seed))
    if found is None:
        return None
    return Case(claim, case.reference, _with_absorption([first, found]), is_long=case.is_long)


def _observed(claim: Claim, reference: Reference, x: Numbers) -> Observation | None:
    """At another point than the caller's, which may be outside of what they take."""
    try:
        return observe(claim, reference, x) if np.all(np.isfinite(claim.function(x))) else None
    except ShapeError:
        raise
    except Exception:
        return None


def _with_absorption(observations: Sequence[Observation]) -> list[Observation]:
    """Where x is saturated, what is less than a rounding of the slopes elsewhere is nothing.

    1 + e^-50 is 1 to a computer: function and derivative have lost it, one earlier than the other.
    """
    size = max(
        float(np.max(np.abs(o.reference), initial=0.0, where=np.isfinite(o.reference)))
        for o in observations
    )
    lost = _ROUNDINGS * 2.0**-52 * size
    return [replace(o, allowed=o.allowed + lost) for o in observations]
