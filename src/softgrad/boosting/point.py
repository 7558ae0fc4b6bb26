"""One round of boosting: the layer at the scores that the trees give so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np

from softgrad.boosting.full_hessian import softmax_hessian
from softgrad.boosting.memory import Memory
from softgrad.contracts.pair_facts import is_flat, is_target_free
from softgrad.errors import CapabilityError
from softgrad.layer import OutputLayer
from softgrad.operators import Operator

Library = Literal["xgboost", "lightgbm", "catboost"]
# Rows at a time where the chain rule builds operators: they stay in the second-level cache.
_BLOCK = 8192


@dataclass(frozen=True)
class Point:
    """Scores with their targets, and what a curvature may be made of.

    Attributes:
        layer: the output layer, with axis=() where a row is one score.
        scores: raw scores, (rows, columns), or (rows,) of single scores, or (columns,) of one row.
        target: labels or values.
        weights: one weight a row, class weights included; None for 1.
        library: whose objective this is.
        memory: where the arrays of results come from.
    """

    layer: OutputLayer
    scores: np.ndarray
    target: np.ndarray
    weights: np.ndarray | None
    library: Library
    memory: Memory = field(default_factory=Memory)

    @property
    def columns(self) -> int:
        """How many scores a row has."""
        return 1 if self.layer.settings.get("axis", -1) == () else self.scores.shape[-1]

    @property
    def is_flat(self) -> bool:
        """Whether the second derivative is 0 everywhere, so that something must stand for it."""
        return is_flat(self.layer.activation, self.layer.loss, self.columns)

    @property
    def is_target_free(self) -> bool:
        """Whether the Hessian is the same for every target, and its diagonal no less than 0."""
        return is_target_free(self.layer.activation, self.layer.loss)

    @cached_property
    def derivatives(self) -> tuple[np.ndarray, np.ndarray]:
        """Gradient and exact diagonal of the Hessian in one pass, in the scores' memory order."""
        return self.layer.gradient_and_hessian_diagonal(
            self.scores,
            self.target,
            out=(self.memory.empty_like(self.scores), self.memory.empty_like(self.scores)),
            sample_weight=self.weights,
        )

    @property
    def gradient(self) -> np.ndarray:
        """The gradient, of the scores' shape."""
        return self.derivatives[0]

    @property
    def diagonal(self) -> np.ndarray:
        """The exact diagonal of the Hessian, of the scores' shape; a curvature may overwrite it."""
        return self.derivatives[1]

    @property
    def hessian(self) -> np.ndarray:
        """The dense Hessian of one row, shape (columns, columns)."""
        closed = softmax_hessian(self.layer, self.scores, self.target)
        if closed is None:
            return self.layer.hessian(
                self.scores, self.target, sample_weight=self.weights
            ).to_dense()
        return closed if self.weights is None else closed * self.weights

    @property
    def has_expectation(self) -> bool:
        """Whether a prediction can stand as a target: not for rows of scores or parameters."""
        kind = self.layer.loss.target_kind
        is_of_values = self.layer.activation.domain.kind == "values"
        is_of_scores = is_of_values and (self.columns > 1 or kind == "classes")
        return not is_of_scores and kind not in ("labels", "row", "bounds")

    @property
    def expected(self) -> Point:
        """The same scores with the prediction as target: an expectation over the model itself.

        For every loss that is affine in its target this gives the expected Hessian.

        Raises:
            CapabilityError: a prediction of this layer is no target (hinge, gaussian).
        """
        if not self.has_expectation:
            raise CapabilityError(
                f"curvature 'fisher' needs a prediction that can be a target; {self.layer!r} has "
                "none. Use 'exact-clipped' or 'upper-bound'"
            )
        p = self.layer.predict(self.scores)
        is_log = self.layer.activation.domain.kind.startswith("log-")
        mean = np.exp(p) if is_log else p
        return replace(self, target=mean)

    def from_operators(
        self,
        build: Callable[[OutputLayer, np.ndarray, np.ndarray], Operator],
        reduce: Callable[[Operator], np.ndarray],
    ) -> np.ndarray:
        """A number an entry from each row's operator, times the row's weight, block by block."""
        if self.scores.ndim < 2 and self.columns > 1:
            found = reduce(build(self.layer, self.scores, self.target))
            return found if self.weights is None else found * self.weights
        result = np.empty_like(self.scores)
        for start in range(0, len(self.scores), _BLOCK):
            rows = slice(start, start + _BLOCK)
            part = reduce(build(self.layer, self.scores[rows], self.target[rows]))
            # Operators of single scores are 1 x 1.
            part = part.reshape(result[rows].shape)
            if self.weights is not None:
                weights = self.weights[rows]
                part = part * (weights if self.scores.ndim == 1 else weights[:, None])
            result[rows] = part
        return result
