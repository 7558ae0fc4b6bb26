"""What a solver reports, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

import numpy as np

_PATIENCE = 20


def _numbers() -> list[float]:
    return []


@dataclass
class Descent:
    """One minimisation.

    Attributes:
        slope: the largest entry of the gradient at which it ends.
        gain: the share of the value that twenty iterations gain at least, or it ends; what is
            less in one is rounding.
        most: how many iterations it may have.
        tell: called with the iteration, the value and the largest slope of each.
        values: the objective after each iteration.
        last: the largest slope where it is now.
        has_ended: whether it ended by itself: slopes or gains are small.
        is_stuck: whether there is no way down that a line search finds.
    """

    slope: float
    gain: float
    most: int
    tell: Callable[[int, float, float], None]
    values: list[float] = field(default_factory=_numbers)
    last: float = inf
    has_ended: bool = False
    is_stuck: bool = False

    def goes_on(self, gradient: np.ndarray) -> bool:
        """Whether there is something left to do, and leave to do it."""
        self.last = largest(gradient)
        if self.last <= self.slope or self._has_stalled:
            self.has_ended = True
        return not (self.has_ended or self.is_stuck) and len(self.values) < self.most

    @property
    def _has_stalled(self) -> bool:
        if len(self.values) <= _PATIENCE:
            return False
        then, now = self.values[-1 - _PATIENCE], self.values[-1]
        return then - now <= self.gain * max(abs(now), abs(then))

    def note(self, value: float, gradient: np.ndarray) -> None:
        """After an iteration."""
        self.values.append(value)
        self.tell(len(self.values), value, largest(gradient))


def largest(gradient: np.ndarray) -> float:
    """The size of the largest entry."""
    return float(np.max(np.abs(gradient), initial=0.0))
