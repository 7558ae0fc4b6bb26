"""CatBoost with a target a score: several labels, several outputs, distributions, one-hot rows.

This module imports CatBoost, which tells such objectives and their metrics by their bases.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, final

import numpy as np
from catboost import MultiTargetCustomMetric, MultiTargetCustomObjective

from softgrad.boosting.catboost import CatBoostMatrices
from softgrad.boosting.inputs import read_target
from softgrad.boosting.metric import CatBoostMetric
from softgrad.contracts.pair_facts import takes_sides
from softgrad.contracts.target_domains import domain_of_targets
from softgrad.errors import ShapeError, TargetError

_A_STEP_TO_A_QUANTILE = {"leaf_estimation_method": "Newton", "leaf_estimation_iterations": 1}


@final
class CatBoostRows(CatBoostMatrices, MultiTargetCustomObjective):
    """A row of targets a row, for `CatBoostRegressor(loss_function=...)` and `CatBoost`."""

    def __init__(self, activation: Any, loss: Any, **options: Any) -> None:
        super().__init__(activation, loss, **options)
        self._start: np.ndarray | None = None
        output, terms = self.layer.activation.domain, self.layer.loss.terms
        self._domains = [domain_of_targets(term, output, self.columns) for _, term in terms]
        self._is_of_sides = takes_sides(self.layer.activation, self.layer.loss)

    def starting_from(self, base_score: Any) -> CatBoostRows:
        """This objective for a training that starts from constant raw scores.

        CatBoost takes no `baseline` beside several targets: here the start is added to the scores
        that it hands over. As with a baseline the trained model does not hold it: give base_score
        to `predict`, or `keep_start` it.

        Args:
            base_score: shape (columns,), as `base_score` gives it.

        Raises:
            ShapeError: it has another shape.
        """
        start = np.asarray(base_score, dtype=np.float64)
        if start.shape != (self.columns,):
            raise ShapeError(f"base_score has shape {start.shape}; expected ({self.columns},)")
        made = object.__new__(CatBoostRows)
        vars(made).update(vars(self), _start=start)
        return made

    def started(self, scores: np.ndarray) -> np.ndarray:
        """Raw scores of CatBoost's, (columns,) or (rows, columns), with the start."""
        return scores if self._start is None else scores + self._start

    def own_metric(self) -> Any:
        """The mean loss for `eval_metric=`, over rows of targets."""
        return CatBoostRowsMetric(self)

    def params(self, y: Any = None, sample_weight: Any = None) -> dict[str, Any]:
        """For the constructor: this objective, its metric, and leave for a column of one value.

        A class that does not occur is one, of zeros. Absolute errors and quantiles take one step of
        Newton's method a leaf, with the parabola that touches the loss: each looks at every row.
        """
        found = {**super().params(y, sample_weight), "allow_const_label": True}
        return {**found, **_A_STEP_TO_A_QUANTILE} if self._has_unit else found

    def target_rows(self, y: Any) -> np.ndarray:
        """Targets as CatBoost must be given them for this objective, (rows, columns), float64.

        Labels 0..columns - 1 become one-hot rows, whether each of them occurs or not; the one
        value of a row of `gaussian` and `multi_quantile` is repeated; rows stay.
        """
        target = read_target(y, self.layer, self.columns)
        if target.ndim == 2:
            if target.shape[1] != self.columns:
                raise ShapeError(
                    f"y has shape {target.shape}; expected {self.columns} columns, one a score"
                )
            return target.astype(np.float64)
        if self.layer.loss.target_kind == "row":
            return np.repeat(target.astype(np.float64)[:, None], self.columns, axis=1)
        return np.eye(self.columns)[target]

    def calc_ders_multi(
        self, approxes: Any, target: Any, weight: float
    ) -> tuple[list[float], Sequence[list[float]]]:
        """Minus the gradient (K) and minus the curvature (K x K) of one row, times its weight.

        Args:
            approxes: the row's K scores.
            target: its K targets.
            weight: its weight.
        """
        row = np.array(target, dtype=np.float64)
        self._check(row)
        if self.class_weight is not None:
            weights = self._row_weights(row[None], None)
            weight *= 1.0 if weights is None else float(weights[0])
        scores = self.started(np.array(approxes, dtype=np.float64))
        return self._minus(scores, self.targets_of(row[None])[0], weight)

    def targets_of(self, rows: np.ndarray) -> np.ndarray:
        """What the layer takes: (rows, K), or the one value of a row that K columns repeat."""
        if self.layer.loss.target_kind != "row":
            return rows
        if not (rows == rows[:, :1]).all():
            raise TargetError(
                f"{self.layer.loss!r} has one observed value a row, and the columns of the target "
                "differ; give fit obj.target_rows(y), which repeats it"
            )
        return rows[:, 0]

    def _check(self, row: np.ndarray) -> None:
        """Look at the least and the largest alone, which suits a call a row."""
        low, high = float(row.min()), float(row.max())
        is_fine = all(one.has(low) and one.has(high) for one in self._domains)
        if not is_fine or (self._is_of_sides and not 0.0 <= low <= high <= 1.0):
            read_target(row[None], self.layer, self.columns)


@final
class CatBoostRowsMetric(CatBoostMetric, MultiTargetCustomMetric):
    """For `eval_metric=` beside a `CatBoostRows`."""

    objective: CatBoostRows

    def evaluate(self, approxes: Any, target: Any, weight: Any) -> tuple[float, float]:
        """(sum of weighted losses, sum of weights), of one array a score and one a target."""
        scores, rows = (
            np.stack([np.asarray(one, dtype=np.float64) for one in columns], axis=1)
            for columns in (approxes, target)
        )
        started = self.objective.started(scores)
        return super().evaluate(started.T, self.objective.targets_of(rows), weight)
