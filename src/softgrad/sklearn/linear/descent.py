"""What a solver reports, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

_PATIENCE = 20


def _numbers() -> list[float]:
    return []


@dataclass
class Descent:
    """One minimisation.

    Attributes:
        slope: the largest entry of the gradient at which it ends.
        gain: the share of the value that twenty iterations gain at least, or it ends.
        most: how many iterations it may have.
        tell: called with the iteration, the value and the largest slope of each.
        values: the objective after each iteration.
        has_converged: whether it ended by itself.
    """

    slope: float
    gain: float
    most: int
    tell: Callable[[int, float, float], None]
    values: list[float] = field(default_factory=_numbers)
    has_converged: bool = False

    def goes_on(self, gradient: np.ndarray) -> bool:
        """Whether there is something left to do, and leave to do it."""
        if largest(gradient) <= self.slope or self._has_stalled:
            self.has_converged = True
        return not self.has_converged and len(self.values) < self.most

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
