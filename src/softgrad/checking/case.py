"""What hypotheses look at: their derivative and the reference, at several points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from softgrad.checking.claim import Claim
from softgrad.checking.frameworks import Numbers
from softgrad.checking.observation import Observation, apart
from softgrad.checking.reference import Reference
from softgrad.checking.structure import (
    sigmoid,
    softmax,
    temperature,
    times_sigmoid_jacobian,
    times_softmax_jacobian,
)


@dataclass(frozen=True, slots=True)
class Head:
    """A map that often comes before a loss.

    Attributes:
        name: in words.
        apply: to rows.
        through: from matrices of each row, and the rows, to those times the map's Jacobian.
    """

    name: str
    apply: Callable[[Numbers], Numbers]
    through: Callable[[Numbers, Numbers], Numbers]


class Case:
    """A claim and the reference at some points.

    Args:
        claim: theirs.
        reference: of the same function; of its gradient, for a Hessian.
        observations: at least one, the caller's own point first.
        is_long: whether derivatives at yet other points take long.
        known: right derivatives at other rows that were asked for before.
    """

    def __init__(
        self,
        claim: Claim,
        reference: Reference,
        observations: Sequence[Observation],
        *,
        is_long: bool = False,
        known: dict[bytes, Numbers] | None = None,
    ) -> None:
        self.is_long = is_long
        self.claim = claim
        self.reference = reference
        self.observations = tuple(observations)
        self._known: dict[bytes, Numbers] = {} if known is None else known

    def reference_at(self, x: Numbers) -> Numbers:
        """The right derivative at other rows, shape (batch, m, n)."""
        key = x.tobytes()
        if key not in self._known:
            self._known[key] = self.reference.jacobian(x).value
        return self._known[key]

    def theirs_given(self, point: Numbers, x: Numbers) -> Numbers:
        """Theirs when it is called with another point than x, shape (batch, m, n)."""
        return self.claim.when_given(point, x).blocks

    def with_reference(self, matrices: Sequence[Numbers]) -> Case:
        """The same, with other matrices to compare theirs with: what one mistake makes of J."""
        pairs = zip(self.observations, matrices, strict=True)
        return self._with([replace(o, reference=m) for o, m in pairs])

    def with_theirs(self, matrices: Sequence[Numbers]) -> Case:
        """The same, with other matrices in place of theirs: with one mistake of it undone."""
        pairs = zip(self.observations, matrices, strict=True)
        return self._with([replace(o, theirs=m) for o, m in pairs])

    def _with(self, observations: Sequence[Observation]) -> Case:
        return Case(
            self.claim, self.reference, observations, is_long=self.is_long, known=self._known
        )

    def misfit(self, predictions: Sequence[Numbers]) -> float:
        """How far predictions, one an observation, are from theirs.

        The largest over the points of the norm of the difference, relative to the norm of theirs;
        infinite where they cannot be compared.
        """
        pairs = list(zip(self.observations, predictions, strict=True))
        # Where all of theirs is less than rounding, as in saturation, other points decide.
        seen = [(o, p) for o, p in pairs if not (o.hides(o.theirs) and o.hides(p))] or pairs
        return max((apart(o.theirs, p, o.allowed) for o, p in seen), default=np.inf)

    def fit_factor(self, predictions: Sequence[Numbers]) -> tuple[float, float]:
        """By least squares, the factor on predictions, the same at all points; and the misfit."""
        factor = self._least_squares([o.theirs for o in self.observations], predictions)
        if not np.isfinite(factor):
            return np.nan, np.inf
        return factor, self.misfit([factor * p for p in predictions])

    def fit_beside(self, terms: Sequence[Numbers]) -> tuple[float, float]:
        """The c with which J + c term comes nearest to theirs at all points; and the misfit."""
        factor = self._least_squares([o.theirs - o.reference for o in self.observations], terms)
        if not np.isfinite(factor):
            return 0.0, np.inf
        pairs = zip(self.observations, terms, strict=True)
        return factor, self.misfit([o.reference + factor * t for o, t in pairs])

    @staticmethod
    def _least_squares(wanted: Sequence[Numbers], terms: Sequence[Numbers]) -> float:
        """The one factor with which the terms of all points come nearest to what is wanted."""
        flat = np.concatenate([w.ravel() for w in wanted])
        pairs = zip(terms, wanted, strict=True)
        guess = np.concatenate([np.broadcast_to(t, w.shape).ravel() for t, w in pairs])
        with np.errstate(all="ignore"):
            return float(np.sum(flat * guess) / np.sum(guess * guess))

    def softmax(self, x: Numbers) -> Numbers:
        """Of rows x; piece by piece, where all numbers of an array are one row."""
        return softmax(x, self.width)

    def through_softmax(self, matrices: Numbers, x: Numbers) -> Numbers:
        """Matrices of each row times the Jacobian of softmax at x."""
        return times_softmax_jacobian(matrices, x, self.width)

    @cached_property
    def width(self) -> int:
        """How many numbers one softmax takes: those of a row, or of the caller's last axis."""
        return self.claim.function.view.width

    @cached_property
    def heads(self) -> tuple[Head, ...]:
        """Softmax and sigmoid: maps and how matrices go through their Jacobians."""
        return (
            Head("softmax", self.softmax, self.through_softmax),
            Head("sigmoid", sigmoid, times_sigmoid_jacobian),
        )

    @cached_property
    def is_softmax(self) -> bool:
        """Whether the function gives the softmax of its rows."""
        return all(
            o.x.shape == o.y.shape and np.allclose(o.y, self.softmax(o.x), rtol=1e-5, atol=1e-12)
            for o in self.observations
        )

    @cached_property
    def is_kin_of_softmax(self) -> bool:
        """Whether the right Jacobian is diag(p) - p p^T, with p the result: over all rows, too."""
        return self.claim.form != "hessian" and all(
            1 < o.x.shape[1] == o.y.shape[1]
            and np.all(
                np.abs(o.reference - o.y[:, :, None] * (np.eye(o.y.shape[1]) - o.y[:, None, :]))
                <= 4.0 * o.allowed
            )
            for o in self.observations
        )

    @cached_property
    def is_log_softmax(self) -> bool:
        """Whether the function gives the logarithm of it."""
        return all(
            o.x.shape == o.y.shape
            and np.allclose(np.exp(o.y), self.softmax(o.x), rtol=1e-5, atol=1e-12)
            for o in self.observations
        )

    @cached_property
    def is_elementwise(self) -> bool:
        """Whether each output depends on its own input alone."""
        return self.claim.form != "hessian" and all(
            o.x.shape == o.y.shape
            and not np.any(np.abs(o.reference * (1.0 - np.eye(o.x.shape[1]))) > o.allowed)
            for o in self.observations
        )

    @cached_property
    def is_one_number(self) -> bool:
        """Whether theirs has one number for all entries and points: a formula without x."""
        entries = np.concatenate([o.theirs[o.theirs != 0.0] for o in self.observations])
        return entries.size > 0 and float(np.ptp(entries)) == 0.0

    @cached_property
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
