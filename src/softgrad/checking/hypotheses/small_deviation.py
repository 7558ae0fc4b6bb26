"""Nearly right, and smoothly so: a guard epsilon, or a constant of few digits."""

from __future__ import annotations

from collections.abc import Iterator

from softgrad.checking.case import Case
from softgrad.checking.deviation import CAUSE, deviates_smoothly, relative_deviation
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.hypotheses.step_too_small import is_difference

#: What is further off has another cause.
_SMALL = 1e-3


def small_deviation(case: Case) -> Iterator[Fit]:
    """Theirs is off by a smooth function that is small everywhere."""
    size = relative_deviation(case)
    if not is_small_and_smooth(case, size):
        return
    yield Fit(
        code="small-deviation",
        residual=0.0,
        parameters={"relative_error": size},
        what=f"It is right to {size:.2g} of its largest entry: {CAUSE}, by the size of it.",
        seen="the difference to the reference is small at every point, and a smooth function.",
        formula="the same without the epsilon, and with constants to all digits; or a larger rtol, "
        "if that is meant.",
    )


def is_small_and_smooth(case: Case, size: float, largest: float = _SMALL) -> bool:
    """Whether a relative deviation is small, smooth, and not that of a difference quotient."""
    return size <= largest and deviates_smoothly(case) and not is_difference(case, size)
