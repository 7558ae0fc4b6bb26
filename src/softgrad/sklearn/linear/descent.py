"""What a solver reports, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


def _numbers() -> list[float]:
    return []


@dataclass
class Descent:
    """One minimisation.

    Attributes:
        slope: the largest entry of the gradient at which it ends.
        most: how many iterations it may have.
        tell: called with the iteration, the value and the largest slope of each.
        values: the objective after each iteration.
        has_converged: whether it ended by itself.
    """

    slope: float
    most: int
    tell: Callable[[int, float, float], None]
    values: list[float] = field(default_factory=_numbers)
    has_converged: bool = False

    def goes_on(self, gradient: np.ndarray) -> bool:
        """Whether there is something left to do, and leave to do it."""
        if largest(gradient) <= self.slope:
            self.has_converged = True
        return not self.has_converged and len(self.values) < self.most

    def note(self, value: float, gradient: np.ndarray) -> None:
        """After an iteration."""
        self.values.append(value)
        self.tell(len(self.values), value, largest(gradient))


def largest(gradient: np.ndarray) -> float:
    """The size of the largest entry."""
    return float(np.max(np.abs(gradient), initial=0.0))
