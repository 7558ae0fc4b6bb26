"""What an optimiser supplies, and what it is given: a training that is under way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Protocol

from softgrad.arrays.namespaces import Array
from softgrad.errors import ParameterError
from softgrad.nn.schedules import Schedule
from softgrad.nn.targets import Rows


class Run(Protocol):
    """One call of `fit`, as an optimiser sees it.

    Attributes:
        parameters: the network's, to be changed in place.
        decays: True at weights, False at biases.
        epochs: how many are wanted.
        schedule: of the learning rate.
    """

    parameters: Array
    decays: Array
    epochs: int
    schedule: Schedule

    def batches(self, epoch: int) -> list[Rows]:
        """All rows, in an order of this epoch's own, in batches of nearly equal size."""
        ...

    def value_and_gradient(self, batch: Rows, epoch: int, index: int) -> tuple[float, Array]:
        """The batch's mean loss and its gradient, which is finite, or training ends here."""
        ...

    def end_epoch(self, learning_rate: float | None) -> bool:
        """To be called after each epoch; whether to stop."""
        ...


class Optimiser(ABC):
    """How the parameters move. It holds settings only; each run starts anew.

    Attributes:
        default_batch_size: rows a batch where `fit` is not told; None for all of them.
    """

    default_batch_size: ClassVar[int | None] = 32

    @abstractmethod
    def run(self, training: Run) -> None:
        """Train until the epochs are over or `training.end_epoch` says stop."""


def check(owner: str, name: str, value: float, fine: bool, expected: str) -> None:
    """Raise `ParameterError` for a setting outside its range."""
    if not fine:
        raise ParameterError(f"{owner}: {name} is {value!r}; expected {expected}")
