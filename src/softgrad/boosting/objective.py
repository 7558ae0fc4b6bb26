"""What the objectives of all libraries have in common: layer, weights, checks, start, predict."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, final

import numpy as np

from softgrad.boosting.bound_targets import TargetReader
from softgrad.boosting.columns import count_columns
from softgrad.boosting.curvature import find_curvature
from softgrad.boosting.described import Described
from softgrad.boosting.first_row import one_target, try_one_row
from softgrad.boosting.inputs import (
    Batch,
    FlatOrder,
    check_derivatives,
    read_scores,
    read_start,
    read_weights,
)
from softgrad.boosting.kept_start import keep_start
from softgrad.boosting.kink import has_kink, has_kink_or_tails, spread, unit_of_tails
from softgrad.boosting.memory import Memory
from softgrad.boosting.point import Point
from softgrad.boosting.short_steps import may_be_short, warn_of_short_steps
from softgrad.boosting.start import best_constant
from softgrad.contracts.activation import Activation
from softgrad.contracts.loss import Loss
from softgrad.contracts.pair_facts import is_flat
from softgrad.layer import OutputLayer
from softgrad.layer.options import Settings


class Objective(Described, TargetReader, ABC):
    """An output layer as the objective of one library. Made by `softgrad.boosting.objective`.

    It keeps nothing between calls but memory for the next answer, holds only what can be pickled,
    and a copy of it in another process gives the same numbers.

    Attributes:
        library: which library calls it.
        flat_order: how that library flattens the scores of several classes.
        layer: activation and loss, with label smoothing.
        columns: how many raw scores a row has.
        curvature: the name of what stands for the second derivative.
        class_weight: one weight a class, or None.
        is_flat: whether the second derivative is 0 everywhere (quantile, hinge).
    """

    flat_order: ClassVar[FlatOrder] = "C"

    def __init__(
        self,
        activation: str | Activation,
        loss: str | Loss,
        *,
        curvature: str = "auto",
        classes: int | None = None,
        class_weight: Sequence[float] | Mapping[int, float] | None = None,
        label_smoothing: float = 0.0,
    ) -> None:
        # Labels are looked at here, once, with what the libraries call them.
        settings: Settings = {"label_smoothing": label_smoothing, "check_target": False}
        layer = OutputLayer(activation, loss, **settings)
        self.columns = count_columns(layer, classes)
        if self.columns == 1:
            settings["axis"] = ()
            layer = OutputLayer(activation, loss, **settings)
        self.layer = layer
        self.curvature = find_curvature(curvature).name
        self.class_weight = class_weight
        self.is_flat = is_flat(layer.activation, layer.loss, self.columns)
        self._may_be_short = may_be_short(layer) and not self.is_flat
        # Each block of rows that CatBoost hands over would have a unit of tails of its own.
        scales = has_kink if self.library == "catboost" else has_kink_or_tails
        self._has_unit = self.curvature == "auto" and scales(layer, self.columns)
        self._memory = Memory()
        self._row_weights(one_target(layer, self.columns), None)
        try_one_row(layer, self.columns, self.curvature, self.library)

    @abstractmethod
    def raw_scores(self, model: Any, X: Any) -> Any:
        """The trained model's raw scores for inputs X."""

    @abstractmethod
    def params(self, y: Any = None, sample_weight: Any = None) -> dict[str, Any]:
        """The parameters that the library needs beside this objective.

        With labels `y` also those by which training starts from `base_score(y, sample_weight)`,
        where the library has such a parameter.
        """

    @final
    def derivatives(
        self, scores: Any, y: Any, sample_weight: Any = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Gradient and curvature of each row's weighted loss, in the scores' shape and dtype.

        Args:
            scores: raw scores, (rows, columns) in any memory order, (rows,) where a row is one
                score, or flattened as the library does it.
            y: labels 0..columns - 1 or values, one a row; or one number an entry.
            sample_weight: one non-negative weight a row.

        Raises:
            ShapeError, TargetError, WeightError, InputTypeError: as `softgrad.boosting.inputs`.
            DataError: a derivative is NaN or infinite.
        """
        return self._derivatives_at(self._at(scores, y, sample_weight), np.shape(scores))

    @final
    def _derivatives_at(
        self, point: Point, shape: tuple[int, ...]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Both, in the shape of the scores as they came."""
        curvature = find_curvature(self.curvature)
        bends = curvature.diagonal(point)  # first: some have the gradient in the same pass
        gradient = point.gradient
        lowest = check_derivatives(gradient, bends, point.is_target_free, repr(self))
        self._lift(bends, lowest, curvature)
        if gradient.shape == shape:
            return gradient, bends
        order = self.flat_order
        return gradient.reshape(shape, order=order), bends.reshape(shape, order=order)

    @final
    def handed_over(self, scores: Any, y: Any, sample_weight: Any) -> tuple[np.ndarray, np.ndarray]:
        """As `derivatives`, both times the same number: the step that they make is unchanged.

        It is 1, but with "auto" for quantiles and absolute errors the mean distance of scores and
        targets, and for Huber's kin what makes the mean curvature 1: penalties have no unit then.
        """
        return self._handed_over_at(self._at(scores, y, sample_weight), np.shape(scores))

    @final
    def _handed_over_at(
        self, point: Point, shape: tuple[int, ...]
    ) -> tuple[np.ndarray, np.ndarray]:
        gradient, bends = self._derivatives_at(point, shape)
        if self._has_unit:
            unit = spread(point) if self.is_flat else unit_of_tails(point, bends)
            gradient *= unit
            bends *= unit
        elif self._may_be_short:
            warn_of_short_steps(point, gradient, bends)
        return gradient, bends

    @final
    def value(self, scores: Any, y: Any, sample_weight: Any = None) -> float:
        """The mean loss, weighted by sample and class weights; arguments as `derivatives`."""
        return self._at(scores, y, sample_weight).loss

    @final
    def base_score(self, y: Any, sample_weight: Any = None) -> np.ndarray:
        """The constant raw scores that minimise the loss of these labels, shape (columns,).

        Classes have 1e-6 added to their shares, as XGBoost does it, so that a class that does
        not occur gets a finite score; where the minimum is at infinity, scores stay within 34.5.
        """
        target = self._target(y)
        weights = self._row_weights(target, read_weights(sample_weight, len(target)))
        return best_constant(self.layer, target, weights, self.columns)

    @final
    def predict(self, model: Any, X: Any, *, base_score: Any = None) -> np.ndarray:
        """The activation of the model's raw scores: probabilities, rates or values.

        Args:
            model: what the library trained, in its native or scikit-learn form.
            X: inputs as that model takes them.
            base_score: what training started from, where the library does not keep it
                (LightGBM's init_score, CatBoost's baseline, XGBoost's base_margin): added to the
                raw scores. One number, (columns,), one a row (rows,) where that is one score, or
                (rows, columns).

        Returns:
            Shape (rows, columns), or (rows,) where a row is one score.

        Raises:
            ShapeError: base_score has another shape.
        """
        scores = np.asarray(self.raw_scores(model, X))
        scores = read_scores(scores, len(scores), self.columns, self.flat_order)
        if base_score is not None:
            scores = scores + read_start(base_score, scores)
        return self.layer.predict(scores)

    @final
    def keep_start(self, model: Any, base_score: Any) -> Any:
        """Put the constant that training started from into the model: predict needs it no more.

        LightGBM's and CatBoost's models do not keep a start. With it in the first trees
        (LightGBM) or the bias (CatBoost), the library's own predict, SHAP values, training
        that goes on from the model, and a saved copy begin where training did. Call it once.

        Args:
            model: what the library trained, changed in place.
            base_score: shape (columns,), as `base_score` gave it.

        Returns:
            The model.

        Raises:
            ShapeError, ParameterError, CapabilityError: as `softgrad.boosting.kept_start`.
        """
        keep_start(model, base_score, self.columns, self.library)
        return model

    @final
    def read_rows(self, y: Any, sample_weight: Any) -> Batch:
        """Targets in the form that the layer takes, and weights with those of classes: checked.

        Raises:
            ShapeError, TargetError, WeightError, InputTypeError: as `softgrad.boosting.inputs`.
        """
        target = self._target(y)
        weights = self._row_weights(target, read_weights(sample_weight, len(target)))
        return Batch(target, weights)

    @final
    def _at(self, scores: Any, y: Any, sample_weight: Any) -> Point:
        return self._at_rows(scores, self.read_rows(y, sample_weight))

    @final
    def _at_rows(self, scores: Any, rows: Batch, *, has_loss: bool = False) -> Point:
        target, weights = rows
        z = read_scores(scores, len(target), self.columns, self.flat_order)
        if weights is not None:
            weights = weights.astype(z.dtype, copy=False)
        return Point(self.layer, z, target, weights, self.library, self._memory, has_loss)

    @final
    def _row_weights(self, target: np.ndarray, weights: np.ndarray | None) -> np.ndarray | None:
        """Sample weight times class weight, by the output layer's own rule."""
        if self.class_weight is None:
            return weights
        entries = (len(target), self.columns) if self.columns > 1 else (len(target),)
        return self.layer.row_weights(
            target, entries, class_weight=self.class_weight, sample_weight=weights
        )
