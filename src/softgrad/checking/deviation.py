"""A derivative that is nearly right: how far it is off, and whether smoothly.

A guard epsilon, or a constant of few digits, moves a derivative by a smooth function of its point;
lost digits move it by noise. Third differences of values a hair apart tell the two from each
other, as in More and Wild, "Estimating computational noise", SIAM Journal on Scientific Computing
33, 2011.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers

#: What makes a smooth and small deviation, in words.
CAUSE = "an epsilon or a rounded constant"

_HAIR = 2.0**-18
#: Third differences of noise are several times the noise; those of what is smooth are nothing.
_PART = 0.5
_DECIMALS = range(2, 9)


def relative_deviation(case: Case) -> float:
    """The largest of more than rounding, relative to the reference's largest entry there."""
    worst = 0.0
    for o in case.observations:
        size = float(np.max(np.abs(o.reference), initial=0.0))
        beyond = np.abs(o.theirs - o.reference)[o.excess > 1.0]
        apart = float(np.max(beyond, initial=0.0))
        if not np.isfinite(apart) or (apart and not size):
            return np.inf
        worst = max(worst, apart / size if size else 0.0)
    return worst


def deviates_smoothly(case: Case) -> bool:
    """Whether theirs is no rounding of the reference, and a smooth function beside it."""
    theirs = np.concatenate([o.theirs.ravel() for o in case.observations])
    right = np.concatenate([o.reference.ravel() for o in case.observations])
    if rounded_to(theirs, right) is not None:
        return False
    if case.claim.is_array:  # nobody can tell
        return True
    o = max(case.observations, key=lambda o: float(np.max(o.excess, initial=0.0)))
    off = float(np.max(np.abs(o.theirs - o.reference)))
    return is_smooth(lambda x: case.claim.at(x).blocks, o.x, off)


def is_smooth(function: Callable[[Numbers], Numbers], x: Numbers, deviation: float) -> bool:
    """Whether the function's noise at x is less than a deviation of its values."""
    try:
        a, b, c, d = (function(x * (1.0 + k * _HAIR)) for k in range(4))
    except Exception:  # it may take few points alone
        return False
    with np.errstate(all="ignore"):
        noise = float(np.max(np.abs(a - 3.0 * b + 3.0 * c - d), initial=0.0))
    return noise <= _PART * deviation


def rounded_to(theirs: Numbers, right: Numbers) -> str | None:
    """What theirs were rounded to, if they are no further from right than that explains."""
    size = float(np.max(np.abs(right)))
    apart = float(np.max(np.abs(theirs - right)))
    single = theirs.astype(np.float32)
    if np.array_equal(theirs, single):
        kinds = {"float32": 1e-3}
        if not np.any(single.view(np.uint32) & 0xFFFF):
            kinds = {"bfloat16": 3e-2}
        elif np.array_equal(theirs, theirs.astype(np.float16)):
            kinds = {"float16": 1e-2}
        for name, share in kinds.items():
            if apart <= share * size:
                return name
    for decimals in _DECIMALS:
        rounded = np.round(theirs, decimals)
        if np.allclose(theirs, rounded, rtol=0.0, atol=1e-14) and apart < 0.999 * 10.0**-decimals:
            return f"numbers rounded to {decimals} decimals"
    return None


def in_words(deviation: float) -> str:
    """As 1.4e-9, and its cause."""
    mantissa, _, exponent = f"{deviation:.1e}".partition("e")
    return f"to {mantissa}e{int(exponent)}: {CAUSE}"


def few_digits(case: Case) -> str | None:
    """The name of theirs' numbers where they have fewer digits than x has; else None."""
    kinds: Sequence[np.dtype[np.generic]] = [o.dtype for o in case.observations]
    kind = min(kinds, key=lambda kind: kind.itemsize)
    of_x = case.claim.function.framework.digits
    if kind.kind != "f" or float(np.finfo(kind).eps) <= of_x:
        return None
    return kind.name
