"""What happened in each epoch."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


def _numbers() -> list[float]:
    return []


@dataclass
class History:
    """One number an epoch, measured over the whole data after the epoch; plain lists.

    Attributes:
        loss: the training loss: the mean that training makes small.
        accuracy: the share of right answers; empty where targets are values.
        r_squared: 1 - residual / total sum of squares; empty where targets are classes.
        val_loss, val_accuracy, val_r_squared: the same on the validation data, or empty.
        learning_rate: of the epoch's last batch; empty where the optimiser has none.
        seconds: how long the epoch took, its measurements included.
        best_epoch: the epoch, counted from 1, with the lowest val_loss (or loss, without
            validation data); 0 before the first has ended.
        stopped_early: whether patience ran out.
        interrupted: whether Ctrl-C ended the training; the best weights are then kept.
        checkpoint: the file that holds the best weights, if one was asked for.
        message: how training ended, in one sentence.
    """

    loss: list[float] = field(default_factory=_numbers)
    accuracy: list[float] = field(default_factory=_numbers)
    r_squared: list[float] = field(default_factory=_numbers)
    val_loss: list[float] = field(default_factory=_numbers)
    val_accuracy: list[float] = field(default_factory=_numbers)
    val_r_squared: list[float] = field(default_factory=_numbers)
    learning_rate: list[float] = field(default_factory=_numbers)
    seconds: list[float] = field(default_factory=_numbers)
    best_epoch: int = 0
    stopped_early: bool = False
    interrupted: bool = False
    checkpoint: Path | None = None
    message: str = ""

    @property
    def epochs(self) -> int:
        """How many epochs ended."""
        return len(self.loss)

    @property
    def monitored(self) -> list[float]:
        """What the best epoch is chosen by: val_loss, or loss where there is no validation."""
        return self.val_loss or self.loss

    def add(self, scores: dict[str, float]) -> None:
        """Append each number to the list of its name."""
        for name, value in scores.items():
            getattr(self, name).append(value)

    def latest(self) -> dict[str, float]:
        """The last number of each list that has any."""
        lists = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: kept[-1] for name, kept in lists.items() if isinstance(kept, list) and kept}

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON takes it."""
        everything = {one.name: getattr(self, one.name) for one in fields(self)}
        path = self.checkpoint
        return {**everything, "checkpoint": None if path is None else str(path)}
