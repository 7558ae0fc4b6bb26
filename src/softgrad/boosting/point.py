"""One round of boosting: the layer at the scores that the trees give so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from softgrad.boosting.memory import Memory
from softgrad.contracts.fast_paths import Parts, Wanted
from softgrad.contracts.pair_facts import is_flat, is_squared_error, is_target_free
from softgrad.layer import OutputLayer

Library = Literal["xgboost", "lightgbm", "catboost"]
# Rows at a time that are multiplied once a column: they stay in the second-level cache.
_BLOCK = 8192
# `hvp` or `gauss_newton_product` of a layer.
Product = Callable[..., np.ndarray]


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
        has_loss: whether the pass that finds the gradient is to find the loss as well.
    """

    layer: OutputLayer
    scores: np.ndarray
    target: np.ndarray
    weights: np.ndarray | None
    library: Library
    memory: Memory = field(default_factory=Memory)
    has_loss: bool = False

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
        outs = self.memory.empty_like(self.scores), self.memory.empty_like(self.scores)
        if is_squared_error(self.layer.activation, self.layer.loss):
            return self._pass(Wanted.GRADIENT, outs[0])[1], self._constant(outs[1])
        return self._pass(Wanted.GRADIENT | Wanted.DIAGONAL, *outs)[1:]

    @cached_property
    def gradient(self) -> np.ndarray:
        """The gradient, of the scores' shape; alone, unless the diagonal was asked for before."""
        if "derivatives" in vars(self):
            return self.derivatives[0]
        return self._pass(Wanted.GRADIENT, self.memory.empty_like(self.scores))[1]

    @cached_property
    def loss(self) -> float:
        """The mean loss, weighted."""
        return float(self.layer.value(self.scores, self.target, **self._options("mean")))

    def _pass(self, wanted: Wanted, *outs: np.ndarray) -> Parts:
        if not self.has_loss:
            return self.layer.parts(
                int(wanted), self.scores, self.target, self._options("none"), *outs
            )
        # (A mean would be one of the derivatives too.)
        found = self.layer.parts(
            int(wanted | Wanted.VALUES), self.scores, self.target, self._options("sum"), *outs
        )
        total = len(self.scores) if self.weights is None else self.weights.sum(dtype=np.float64)
        vars(self)["loss"] = float(found[0] / total)
        return found

    def _constant(self, out: np.ndarray) -> np.ndarray:
        """A second derivative that is the same everywhere, times the weights."""
        zero = np.zeros((1, self.columns) if self.columns > 1 else 1, dtype=out.dtype)
        bend = self.layer.gradient_and_hessian_diagonal(zero, zero)[1].flat[0]
        if self.weights is None:
            out[...] = bend
            return out
        weights = self.weights[:, None] if out.ndim > 1 else self.weights
        return np.multiply(weights, bend, out=out)

    def _options(self, reduction: str) -> Any:
        return {"sample_weight": self.weights, "reduction": reduction}

    @property
    def diagonal(self) -> np.ndarray:
        """The exact diagonal of the Hessian, of the scores' shape; a curvature may overwrite it."""
        return self.derivatives[1]

    @property
    def hessian(self) -> np.ndarray:
        """The dense Hessian of one row, shape (columns, columns)."""
        return self._matrix(self.layer.hvp)

    @property
    def gauss_newton(self) -> np.ndarray:
        """J^T H J by the activation's output, the same way."""
        return self._matrix(self.layer.gauss_newton_product)

    def _matrix(self, product: Product) -> np.ndarray:
        """Its columns are products with unit vectors, all in one call of a kernel."""
        n = self.columns
        scores, target = (np.array([one] * n) for one in (self.scores, self.target))
        found = product(scores, target, np.eye(n))
        return found if self.weights is None else found * self.weights

    def columns_of(self, product: Product) -> Iterator[tuple[slice, int, np.ndarray]]:
        """Of each row's matrix one column after the other, times the row's weight.

        Yields:
            Some rows, the number of a column, and that column of each of the rows: an array of
            their scores' shape, which the next one is written over.
        """
        for start in range(0, len(self.scores), _BLOCK):
            rows = slice(start, start + _BLOCK)
            scores, target = self.scores[rows], self.target[rows]
            weights = None if self.weights is None else self.weights[rows]
            out = np.empty_like(scores)
            for k in range(self.columns):
                unit = np.zeros(self.columns, dtype=scores.dtype)
                unit[k] = 1.0
                v = np.broadcast_to(unit if self.columns > 1 else unit[0], scores.shape)
                yield rows, k, product(scores, target, v, out=out, sample_weight=weights)
