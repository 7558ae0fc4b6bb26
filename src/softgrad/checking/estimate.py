"""A derivative that is known to so many digits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softgrad.checking.frameworks import Numbers


@dataclass(frozen=True, slots=True)
class Estimate:
    """A derivative, how well it is known, and where it is not one.

    Attributes:
        value: at a kink the middle of the slopes to either side.
        uncertainty: absolute, of each entry.
        jump: how far the slopes to either side are apart at a kink; 0 elsewhere.
    """

    value: Numbers
    uncertainty: Numbers
    jump: Numbers


def excess(theirs: Numbers, reference: Numbers, allowed: Numbers) -> Numbers:
    """The distance as a multiple of what is allowed; infinite where theirs is no number.

    0 where they are equal, even if nothing is allowed, and where the reference is not known.
    """
    with np.errstate(all="ignore"):
        ratio = np.abs(theirs - reference) / allowed
    broken = ~np.isfinite(theirs) & np.isfinite(reference)
    known = np.isfinite(reference) & np.isfinite(allowed) & (theirs != reference)
    return np.where(broken, np.inf, np.where(known, ratio, 0.0))


def better(a: Estimate, b: Estimate) -> Estimate:
    """Entry by entry the more certain one; what is no number is certain of nothing."""
    a_error = np.where(np.isfinite(a.value), a.uncertainty, np.inf)
    b_error = np.where(np.isfinite(b.value), b.uncertainty, np.inf)
    first = ~(b_error < a_error)
    return Estimate(
        np.where(first, a.value, b.value),
        np.where(first, a_error, b_error),
        np.where(first, a.jump, b.jump),
    )


def reconciled(series: list[Estimate]) -> Estimate:
    """The best of some series, and no surer than it agrees with the others.

    What cancels inside of a function is seen by no series alone: it may lose all digits at small
    steps without a trace.
    """
    best = series[0]
    for other in series[1:]:
        best = better(best, other)
    unsure = best.uncertainty
    for other in series:
        with np.errstate(all="ignore"):
            distance = np.abs(best.value - other.value)
            conflict = distance > 4.0 * (best.uncertainty + other.uncertainty)
        unsure = np.where(conflict, np.maximum(unsure, distance), unsure)
    return Estimate(best.value, unsure, best.jump)
