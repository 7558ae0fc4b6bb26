"""Both derivatives at one point, and how far apart they may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from softgrad.checking.claim import Claim, Written
from softgrad.checking.estimate import Estimate, excess
from softgrad.checking.frameworks import Numbers
from softgrad.checking.reference import Reference

#: What is left where all entries agree to rounding.
ROUNDED = 1e-15
#: Their numbers are taken to be right to so many units of their own precision.
_ROUNDINGS = 32.0
_SINGLE = float(np.finfo(np.float32).eps)
#: And to this, relative to the largest entry, in float64: formulas may cancel a little.
_CANCELLATION = 1e-9


@dataclass(frozen=True, slots=True)
class Observation:
    """Both derivatives at one point, row by row.

    Attributes:
        x: rows of inputs, shape (batch, n).
        y: rows of results, shape (batch, m).
        theirs: shape (batch, m, n).
        reference: likewise.
        allowed: how far theirs may be from the reference, entry by entry: what the reference does
            not know, and what rounding does to a right formula.
        jump: how far the slopes to either side of a kink are apart, entry by entry.
        bend: how far theirs is from linear in the vector that it is given (vjp, jvp).
        mixing: the largest of their entries between different rows.
        idle: their product with no vector at all, shape (batch, ...).
        dtype: of theirs as it came.
    """

    x: Numbers
    y: Numbers
    theirs: Numbers
    reference: Numbers
    allowed: Numbers
    jump: Numbers
    bend: float
    mixing: float
    idle: Numbers
    dtype: np.dtype[Any]

    @property
    def excess(self) -> Numbers:
        """See `softgrad.checking.estimate.excess`."""
        return excess(self.theirs, self.reference, self.allowed)

    def hides(self, derivative: Numbers) -> bool:
        """Whether a derivative here would be no more than what rounding may do."""
        return bool(np.all(np.abs(derivative) <= 4.0 * self.allowed))

    @property
    def negligible(self) -> float:
        """What products may be off by rounding: where rows leak, or a product is not linear."""
        size = float(np.max(np.abs(self.reference), initial=0.0))
        return 1e-6 * size + self.reference.shape[2] * float(np.max(self.allowed, initial=0.0))

    @property
    def is_nothing(self) -> bool:
        """Whether the derivative is known to be 0, or next to it."""
        size = float(np.max(np.abs(self.y), initial=0.0))
        return self.is_blurred and bool(np.all(self.allowed <= 1e-8 * size))

    @property
    def is_blurred(self) -> bool:
        """Whether so much is allowed that even the zero matrix would pass."""
        with np.errstate(all="ignore"):
            seen = np.abs(self.reference) > 4.0 * self.allowed
        return not bool(np.any(seen))


def observe(claim: Claim, reference: Reference, x: Numbers) -> Observation:
    """Both derivatives at rows x."""
    written: Written = claim.at(x)
    right: Estimate = reference.jacobian(x)
    y = claim.function(x)
    digits = claim.function.framework.digits
    eps = 2.0**-52
    if written.dtype.itemsize < 8:
        # A result of float32 is right to float32, whatever x is; of less, only where x is less too.
        own = _SINGLE if written.dtype == np.float32 else 0.0
        eps = max(digits, own, float(np.finfo(y.dtype).eps))
    size = np.max(np.abs(np.where(np.isfinite(right.value), right.value, 0.0)), initial=0.0)
    terms = np.max(np.abs(np.where(np.isfinite(y), y, 0.0)), initial=0.0)
    relative = max(_ROUNDINGS * eps, _CANCELLATION)
    # At a kink all slopes between the two are as good as each other.
    unknown = np.where(right.jump > 0.0, 0.51 * right.jump, 4.0 * right.uncertainty)
    allowed = unknown + relative * size + _ROUNDINGS * eps * terms
    return Observation(
        x=x,
        y=y,
        theirs=written.blocks,
        reference=right.value,
        allowed=allowed,
        jump=right.jump,
        bend=written.bend,
        mixing=written.mixing,
        idle=written.idle,
        dtype=written.dtype,
    )


def apart(theirs: Numbers, other: Numbers, allowed: Numbers) -> float:
    """The norm of the difference, less what rounding may do to entries, relative to theirs.

    Infinite where they cannot be compared.
    """
    other = np.asarray(other)
    if other.shape != theirs.shape or not np.all(np.isfinite(theirs)):
        return np.inf
    size = _norm(theirs)
    excused = allowed if np.any(np.abs(theirs) > 4.0 * allowed) else np.zeros(1)
    with np.errstate(all="ignore"):
        difference = np.abs(theirs - other)
        beyond = _norm(np.maximum(difference - excused, 0.0))
        whole = _norm(difference)
    if not np.isfinite(whole):
        return np.inf
    if not size:
        return 0.0 if whole == 0.0 else np.inf
    # All of it counts where rounding is no excuse, and nothing where it is.
    return whole / size if beyond else min(whole / size, ROUNDED)


def _norm(a: Numbers) -> float:
    return float(np.sqrt(np.sum(a * a)))  # small arrays: threads of a BLAS cost more than they save
