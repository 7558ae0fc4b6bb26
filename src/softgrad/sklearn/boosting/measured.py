"""Rows whose loss is followed: their targets are read once, and not in each round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from softgrad.boosting.called import CalledObjective
from softgrad.boosting.inputs import Batch
from softgrad.sklearn.boosting.job import Job, Watch
from softgrad.sklearn.boosting.reserved import drops_trees
from softgrad.sklearn.rows import Rows


class Measured:
    """Rows with the loss of an objective.

    Args:
        objective: of XGBoost or LightGBM.
        rows: those to train on, or of validation.
        dtype: of the library's scores.
    """

    def __init__(self, objective: Any, rows: Rows, dtype: type[np.floating[Any]]) -> None:
        self._objective: CalledObjective = objective
        read = objective.read_rows(rows.target, rows.weights)
        self._rows = Batch(*(_as(part, dtype) for part in read))

    def loss(self, scores: np.ndarray) -> float:
        """The mean loss at these scores."""
        return self._objective.loss_of(scores, self._rows)

    def derivatives(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """And the mean loss, of one pass."""
        return self._objective.with_loss(scores, self._rows)


class Followed(Measured):
    """The training rows: the pass that begins a round tells the loss after the round before.

    DART begins a round without some of the trees, and the loss is then measured on its own.
    """

    def __init__(self, job: Job, dtype: type[np.floating[Any]]) -> None:
        super().__init__(job.objective, job.train, dtype)
        self._watch: Watch = job.watch
        self._drops_trees = drops_trees(job.parameters)

    def begin_round(self, scores: np.ndarray, data: Any) -> tuple[np.ndarray, np.ndarray]:
        """Gradient and curvature, as the libraries call an objective."""
        gradient, bends, loss = self.derivatives(scores)
        if not self._drops_trees:
            self._watch.found(loss)
        return gradient, bends

    def end_round(self, scores: Callable[[], np.ndarray], validation: list[float]) -> bool:
        """Whether training has to stop.

        Args:
            scores: what gives those of the training rows.
            validation: the loss of each set of validation rows.
        """

        def measured() -> float:
            return self.loss(scores())

        is_over = self._watch.round_ended(measured, validation)
        if self._drops_trees:
            self._watch.found(measured())
        return is_over


def _as(part: Any, dtype: type[np.floating[Any]]) -> Any:
    return part.astype(dtype) if part is not None and part.dtype.kind == "f" else part
