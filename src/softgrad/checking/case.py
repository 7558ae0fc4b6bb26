"""What hypotheses look at: their derivative and the reference, at several points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from softgrad.checking.claim import Claim, Written
from softgrad.checking.frameworks import Numbers
from softgrad.checking.reference import Estimate, Reference, excess
from softgrad.checking.structure import softmax, temperature, times_softmax_jacobian

#: Their numbers are taken to be right to so many units of their own precision.
_ROUNDINGS = 32.0
#: And to this, relative to the largest entry, in float64: formulas may cancel a little.
_CANCELLATION = 1e-10


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

    @property
    def excess(self) -> Numbers:
        """See `softgrad.checking.reference.excess`."""
        return excess(self.theirs, self.reference, self.allowed)

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


class Case:
    """A claim and the reference at some points.

    Args:
        claim: theirs.
        reference: of the same function; of its gradient, for a Hessian.
        observations: at least one, the caller's own point first.
    """

    def __init__(
        self, claim: Claim, reference: Reference, observations: Sequence[Observation]
    ) -> None:
        self.claim = claim
        self.reference = reference
        self.observations = tuple(observations)

    def reference_at(self, x: Numbers) -> Numbers:
        """The right derivative at other rows, shape (batch, m, n)."""
        return self.reference.jacobian(x).value

    def theirs_given(self, point: Numbers, x: Numbers) -> Numbers:
        """Theirs when it is called with another point than x, shape (batch, m, n)."""
        return self.claim.when_given(point, x).blocks

    def misfit(self, predictions: Sequence[Numbers]) -> float:
        """How far predictions, one an observation, are from theirs.

        The largest over the points of the norm of the difference, relative to the norm of theirs;
        infinite where they cannot be compared.
        """
        return max(
            (_distance(o.theirs, p) for o, p in zip(self.observations, predictions, strict=True)),
            default=np.inf,
        )

    def fit_factor(self, predictions: Sequence[Numbers]) -> tuple[float, float]:
        """By least squares, the factor on predictions, the same at all points; and the misfit."""
        theirs = np.concatenate([o.theirs.ravel() for o in self.observations])
        guess = np.concatenate(
            [
                np.broadcast_to(p, o.theirs.shape).ravel()
                for o, p in zip(self.observations, predictions, strict=True)
            ]
        )
        with np.errstate(all="ignore"):
            factor = float(np.sum(theirs * guess) / np.sum(guess * guess))
        if not np.isfinite(factor):
            return np.nan, np.inf
        return factor, self.misfit([factor * p for p in predictions])

    def fit_beside(self, terms: Sequence[Numbers]) -> tuple[float, float]:
        """The c with which J + c term comes nearest to theirs at all points; and the misfit."""
        off = np.concatenate([(o.theirs - o.reference).ravel() for o in self.observations])
        guess = np.concatenate(
            [
                np.broadcast_to(t, o.reference.shape).ravel()
                for t, o in zip(terms, self.observations, strict=True)
            ]
        )
        with np.errstate(all="ignore"):
            factor = float(np.sum(off * guess) / np.sum(guess * guess))
        if not np.isfinite(factor):
            return 0.0, np.inf
        pairs = zip(self.observations, terms, strict=True)
        return factor, self.misfit([o.reference + factor * t for o, t in pairs])

    def softmax(self, x: Numbers) -> Numbers:
        """Of rows x; piece by piece, where all numbers of an array are one row."""
        return softmax(x, self.claim.function.view.width)

    def through_softmax(self, matrices: Numbers, x: Numbers) -> Numbers:
        """Matrices of each row times the Jacobian of softmax at x."""
        return times_softmax_jacobian(matrices, x, self.claim.function.view.width)

    @property
    def is_softmax(self) -> bool:
        """Whether the function gives the softmax of its rows."""
        return all(
            o.x.shape == o.y.shape and np.allclose(o.y, self.softmax(o.x), rtol=1e-5, atol=1e-12)
            for o in self.observations
        )

    @property
    def is_of_a_number(self) -> bool:
        """Whether the function gives one number a row, and theirs is its gradient."""
        return self.claim.form != "hessian" and all(
            o.reference.shape[1] == 1 for o in self.observations
        )

    @property
    def temperature(self) -> float | None:
        """The T for which the function is softmax(x / T), if it is that."""
        o = self.observations[-1]
        return temperature(o.x, o.y)

    def each(self, predict: Callable[[Observation], Numbers]) -> list[Numbers]:
        """A prediction for each observation."""
        with np.errstate(all="ignore"):
            return [predict(o) for o in self.observations]


def observe(claim: Claim, reference: Reference, x: Numbers) -> Observation:
    """Both derivatives at rows x."""
    written: Written = claim.at(x)
    right: Estimate = reference.jacobian(x)
    y = claim.function(x)
    eps = float(np.finfo(written.dtype).eps) if written.dtype.kind == "f" else 2.0**-52
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
    )


def _distance(theirs: Numbers, prediction: Numbers) -> float:
    prediction = np.asarray(prediction)
    if prediction.shape != theirs.shape or not np.all(np.isfinite(theirs)):
        return np.inf
    size = float(np.linalg.norm(theirs))
    with np.errstate(all="ignore"):
        apart = float(np.linalg.norm(theirs - prediction))
    if not np.isfinite(apart):
        return np.inf
    return apart / size if size else (0.0 if apart == 0.0 else np.inf)
