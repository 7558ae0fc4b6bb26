"""Learning-rate schedules: a factor on the learning rate, by how far training has come."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from softgrad.errors import InputTypeError, ParameterError, UnknownNameError


class Schedule(ABC):
    """A factor on the learning rate, set anew for each batch."""

    @abstractmethod
    def factor(self, epoch: float, epochs: int) -> float:
        """The factor after `epoch` of `epochs` epochs; 2.5 is half-way through the third."""


@dataclass(frozen=True)
class Constant(Schedule):
    """Always 1."""

    def factor(self, epoch: float, epochs: int) -> float:
        """1."""
        return 1.0


@dataclass(frozen=True)
class StepDecay(Schedule):
    """`decay` to the power of the number of whole steps passed, each `every` epochs long."""

    every: int = 10
    decay: float = 0.5

    def __post_init__(self) -> None:
        _check("StepDecay", "every", self.every, self.every >= 1, "a whole number >= 1")
        _check("StepDecay", "decay", self.decay, 0.0 < self.decay <= 1.0, "0 < decay <= 1")

    def factor(self, epoch: float, epochs: int) -> float:
        """Decay^floor(epoch / every)."""
        return self.decay ** math.floor(epoch / self.every)


@dataclass(frozen=True)
class Linear(Schedule):
    """From 1 down to `final` in a straight line."""

    final: float = 0.0

    def __post_init__(self) -> None:
        _check("Linear", "final", self.final, 0.0 <= self.final <= 1.0, "0 <= final <= 1")

    def factor(self, epoch: float, epochs: int) -> float:
        """1 - (1 - final) epoch / epochs."""
        return 1.0 - (1.0 - self.final) * min(epoch / epochs, 1.0)


@dataclass(frozen=True)
class Cosine(Schedule):
    """From 1 down to `final` along half a cosine (Loshchilov and Hutter 2017, no restarts)."""

    final: float = 0.0

    def __post_init__(self) -> None:
        _check("Cosine", "final", self.final, 0.0 <= self.final <= 1.0, "0 <= final <= 1")

    def factor(self, epoch: float, epochs: int) -> float:
        """Final + (1 - final) (1 + cos(pi epoch / epochs)) / 2."""
        turned = math.cos(math.pi * min(epoch / epochs, 1.0))
        return self.final + (1.0 - self.final) * 0.5 * (1.0 + turned)


@dataclass(frozen=True)
class WarmUp(Schedule):
    """From 0 up to 1 in the first `epochs` epochs, then another schedule for the rest."""

    epochs: float = 1.0
    then: Schedule = field(default_factory=Constant)

    def __post_init__(self) -> None:
        _check("WarmUp", "epochs", self.epochs, self.epochs > 0.0, "a number > 0")

    def factor(self, epoch: float, epochs: int) -> float:
        """Rises in a straight line; the other schedule counts its epochs from the end of it."""
        if epoch < self.epochs:
            return epoch / self.epochs
        return self.then.factor(epoch - self.epochs, max(1, math.ceil(epochs - self.epochs)))


SCHEDULES: dict[str, type[Schedule]] = {
    "constant": Constant,
    "step": StepDecay,
    "linear": Linear,
    "cosine": Cosine,
    "warm_up": WarmUp,
}


def find_schedule(schedule: str | Schedule) -> Schedule:
    """The schedule itself, or the one of that name with its defaults."""
    if isinstance(schedule, Schedule):
        return schedule
    if not isinstance(schedule, str):
        raise InputTypeError(
            f"schedule is a {type(schedule).__name__}; expected a Schedule or a name"
        )
    if schedule not in SCHEDULES:
        raise UnknownNameError(f"no schedule is called {schedule!r}; known: {', '.join(SCHEDULES)}")
    return SCHEDULES[schedule]()


def _check(owner: str, name: str, value: float, fine: bool, expected: str) -> None:
    if not fine:
        raise ParameterError(f"{owner}: {name} is {value!r}; expected {expected}")
