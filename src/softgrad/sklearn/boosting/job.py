"""What a boosting library is asked to do, in the same words for each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal, TypeAlias

import numpy as np

from softgrad.boosting import Objective
from softgrad.sklearn.rows import Rows

Start: TypeAlias = Literal["auto", "best", "zero"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One training.

    Attributes:
        objective: whose derivatives and whose loss are used.
        train: the rows to train on.
        validations: rows that are only measured; the last ones decide when to stop.
        rounds: how many rounds to add.
        parameters: of the library, under its own names.
        start: from the constant that minimises the loss ("best"), from 0 ("zero"), or as the
            library starts for the pairs that it has itself ("auto").
        previous: a model to go on from.
        names: of the features.
        watch: what is told of the losses of each round.
        has_rows_of_targets: whether the library is to be given a target a score, where it has to
            be told beforehand (CatBoost).
    """

    objective: Objective
    train: Rows
    validations: Sequence[Rows]
    rounds: int
    parameters: Mapping[str, Any]
    start: Start
    previous: Any
    names: list[str] | None
    watch: Watch
    has_rows_of_targets: bool


@dataclass(slots=True)
class Watch:
    """The losses of each round, and when to stop by them.

    The best round may be none of these: the model that they go on from counts too.

    Attributes:
        rounds: after how many rounds training ends.
        patience: how many rounds the last validation loss may fail to fall; None for any.
        every: a line is printed each so many rounds; 0 for none.
        scale, offset: the estimator's loss is scale times the objective's, plus offset.
        before: how many rounds the model had.
        loss_before: its loss on the last set of validation rows, as the objective has it.
        loss: of the training rows, after each round.
        validation: of each set of validation rows, after each round; the last one decides.
        ended: how many rounds ended.
    """

    rounds: int
    patience: int | None = None
    every: int = 0
    scale: float = 1.0
    offset: float = 0.0
    before: int = 0
    loss_before: float = inf
    loss: list[float] = field(default_factory=list[float])
    validation: list[list[float]] = field(default_factory=list[list[float]])
    ended: int = 0

    def round_ended(self, loss: Callable[[], float], validation: Sequence[float]) -> bool:
        """Note the losses; True where training has to stop.

        Args:
            loss: what measures that of the training rows; asked where nobody will tell it, or
                where it is printed. Else `found` has to tell it before the next round ends.
            validation: that of each set of validation rows.
        """
        self.ended += 1
        if not self.validation:
            self.validation.extend([] for _ in validation)
        for curve, value in zip(self.validation, validation, strict=True):
            curve.append(self.scale * value + self.offset)
        is_told = self.every > 0 and self.ended % self.every == 0
        is_over = self.patience is not None and self.ended - self.best_rounds >= self.patience
        if is_told or is_over or self.ended == self.rounds:
            self.found(loss())
        if is_told:
            print(self._line())
        return is_over

    def found(self, loss: float) -> None:
        """Note the loss of the training rows after the last round, if nothing is noted yet."""
        if len(self.loss) < self.ended:
            self.loss.append(self.scale * loss + self.offset)

    @property
    def best_rounds(self) -> int:
        """After how many of these rounds the loss that decides was lowest; all, if none does."""
        if self.patience is None:
            return self.ended
        if not self.ended:
            return 0
        before = self.scale * self.loss_before + self.offset
        return int(np.argmin([before, *self.validation[-1]]))

    def _line(self) -> str:
        told = [f"loss {self.loss[-1]:.6g}"]
        told += [f"validation {curve[-1]:.6g}" for curve in self.validation]
        return f"[{self.before + len(self.loss)}] " + "  ".join(told)
