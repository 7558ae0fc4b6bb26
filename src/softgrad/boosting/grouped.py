"""Objectives whose loss is of a group of rows: ranking, and risk sets within a stratum.

A row of the loss is a group: the scores of its rows are the class axis, whatever its length. So
any activation and any loss over a row serve: softmax x cross_entropy ranks lists,
`pairwise_logistic` pairs, and `cox` is the partial likelihood.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, final

import numpy as np

from softgrad.boosting import raw_scores
from softgrad.boosting.curvature import find_curvature
from softgrad.boosting.described import Described
from softgrad.boosting.groups import group_sizes, read_sizes, rows_by_size, weights_of_groups
from softgrad.boosting.inputs import (
    check_derivatives,
    read_dataset,
    read_scores,
    read_target,
    read_weights,
)
from softgrad.boosting.metric import Metric
from softgrad.boosting.point import Library, Point
from softgrad.contracts.activation import Activation
from softgrad.contracts.loss import Loss
from softgrad.errors import ParameterError
from softgrad.layer import OutputLayer


class GroupedObjective(Described, ABC):
    """An output layer over the rows of a group. Made by `softgrad.boosting.objective(groups=True)`.

    Callable in the native style of its library; for LightGBM also in that of scikit-learn.

    Attributes:
        library: which library calls it.
        layer: activation and loss, of the scores of one group.
        curvature: the name of what stands for the second derivative; "libraries" is max(H, 0).
    """

    def __init__(
        self, activation: str | Activation, loss: str | Loss, *, curvature: str = "auto"
    ) -> None:
        layer = OutputLayer(activation, loss, check_target=False)
        lengths = [term.row_length for _, term in layer.loss.terms if term.row_length is not None]
        if lengths or layer.loss.target_kind not in ("entries", "classes"):
            raise ParameterError(
                f"groups is True; {layer.loss!r} has no target for each row of a group of any "
                "length. Use a loss such as cross_entropy, pairwise_logistic or cox"
            )
        self.layer = layer
        self.curvature = find_curvature(curvature).name

    @abstractmethod
    def raw_scores(self, model: Any, X: Any) -> Any:
        """The trained model's raw scores for inputs X."""

    @abstractmethod
    def params(self) -> dict[str, Any]:
        """The parameters that the library needs beside this objective."""

    # (LightGBM counts the parameters: to a fourth it passes the groups.)
    def __call__(
        self, first: Any, second: Any, sample_weight: Any = None, group: Any = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Native (scores, data set), or scikit-learn's (labels, scores, weights, group sizes)."""
        scores, *others = read_grouped(first, second, sample_weight, group)
        gradient, bends = self.derivatives(scores, *others)
        return gradient.astype(np.float32), bends.astype(np.float32)

    @final
    def derivatives(
        self, scores: Any, y: Any, sample_weight: Any = None, group: Any = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Gradient and curvature of the sum of the groups' losses, by each row's score.

        Args:
            scores: one raw score a row, (rows,).
            y: one target a row: relevances, or signed times for `cox`.
            sample_weight: one a group, or one a row that is the same within a group.
            group: the sizes of the groups, whose rows follow each other; None for one group.

        Raises:
            ShapeError, TargetError, WeightError, InputTypeError: as `softgrad.boosting.inputs`.
            DataError: a derivative is NaN or infinite.
        """
        is_own = self.curvature == "libraries"
        curvature = find_curvature("exact-clipped" if is_own else self.curvature)
        rows = np.size(y)
        gradient, bends = np.zeros(rows), np.zeros(rows)
        for at, point in self._points(scores, y, sample_weight, group):
            gradient[at] = point.gradient
            bends[at] = curvature.diagonal(point)
        lowest = check_derivatives(gradient, bends, False, repr(self))
        self._lift(bends, lowest, curvature)
        return gradient, bends

    @final
    def value(self, scores: Any, y: Any, sample_weight: Any = None, group: Any = None) -> float:
        """The mean loss of a group, weighted; arguments as `derivatives`."""
        total, count = 0.0, 0.0
        for _, point in self._points(scores, y, sample_weight, group):
            weights = np.ones(len(point.scores)) if point.weights is None else point.weights
            total += float(np.sum(self.layer.value(point.scores, point.target) * weights))
            count += float(np.sum(weights))
        return total / count if count else 0.0

    @final
    def predict(self, model: Any, X: Any) -> np.ndarray:
        """The raw score of each row, by which rows of a group are ranked: (rows,)."""
        scores = np.asarray(self.raw_scores(model, X))
        return read_scores(scores, len(scores), 1, "C")

    @final
    def _points(
        self, scores: Any, y: Any, sample_weight: Any, group: Any
    ) -> list[tuple[np.ndarray, Point]]:
        """The groups of each size together: where their rows are, and the layer at their scores."""
        given = np.asarray(y).reshape(-1)
        rows = len(given)
        target = read_target(given[None, :], self.layer, max(rows, 2))[0]
        z = read_scores(scores, rows, 1, "C").astype(np.float64, copy=False)
        sizes = read_sizes(group, rows)
        count = np.size(sample_weight) if sample_weight is not None else rows
        weights = read_weights(sample_weight, len(sizes) if count == len(sizes) else rows)
        by_group = weights_of_groups(weights, sizes)
        return [
            (
                at,
                Point(
                    self.layer,
                    z[at],
                    np.asarray(target[at], dtype=np.float64),
                    None if by_group is None else np.asarray(by_group[which], dtype=np.float64),
                    self.library,
                ),
            )
            for which, at in rows_by_size(sizes)
        ]


@final
class GroupedXGBoostObjective(GroupedObjective):
    """For `xgboost.train(..., obj=...)`, with `group=` or `qid=` in the DMatrix."""

    library: ClassVar[Library] = "xgboost"

    def raw_scores(self, model: Any, X: Any) -> Any:
        """Of a Booster (X a DMatrix or an array) or of a scikit-learn model."""
        return raw_scores.of_xgboost(model, X)

    def params(self) -> dict[str, Any]:
        """For `xgboost.train`: predictions are the raw scores, which start from 0."""
        return {
            "objective": "reg:squarederror",
            "base_score": 0.0,
            "disable_default_eval_metric": 1,
        }


@final
class GroupedLightGBMObjective(GroupedObjective):
    """For `lightgbm.train` (params["objective"]) with `group=` in the Dataset, or `LGBMRanker`."""

    library: ClassVar[Library] = "lightgbm"

    def raw_scores(self, model: Any, X: Any) -> Any:
        """Of a Booster or of a scikit-learn model."""
        return raw_scores.of_lightgbm(model, X)

    def params(self) -> dict[str, Any]:
        """For `lightgbm.train`: this objective, and no metric of LightGBM's own."""
        return {"objective": self, "metric": "none"}


class GroupedMetric(Metric):
    """The mean loss of a group, by raw scores; lower is better."""

    def __call__(
        self, first: Any, second: Any, sample_weight: Any = None, group: Any = None
    ) -> tuple[Any, ...]:
        """(name, value), for LightGBM (name, value, higher is better), in both styles."""
        value = self.objective.value(*read_grouped(first, second, sample_weight, group))
        is_xgboost = self.objective.library == "xgboost"
        return (self.name, value) if is_xgboost else (self.name, value, False)


def read_grouped(first: Any, second: Any, weight: Any, group: Any) -> tuple[Any, Any, Any, Any]:
    """Scores, labels, weights and group sizes of a call in either style."""
    if not callable(getattr(second, "get_label", None)):
        return second, first, weight, group
    batch = read_dataset(second)
    return first, batch.target, batch.weight, group_sizes(second)
