"""What the training of a linear map makes small: its mean loss, and squares of coefficients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from softgrad.layer import OutputLayer

# Scores of as many entries at a time stay in the second-level cache, from product to product.
_ENTRIES = 1 << 14

Product = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Data:
    """Training data of a linear map.

    Attributes:
        X: inputs (rows, features), an array or a sparse matrix in rows.
        target: as the layer takes it.
        weights: one a row, or None for 1.
        layer: activation and loss, with axis=() where a row has one score.
        columns: how many scores a row has.
    """

    X: Any
    target: np.ndarray
    weights: np.ndarray | None
    layer: OutputLayer
    columns: int

    @property
    def total(self) -> float:
        """The sum of the weights."""
        return float(len(self.target)) if self.weights is None else float(self.weights.sum())

    @property
    def is_sparse(self) -> bool:
        """Whether X keeps but the entries that are not 0."""
        return not isinstance(self.X, np.ndarray)

    def blocks(self) -> Iterator[slice]:
        """Some rows after the other; all at once where slices would be copies."""
        rows = len(self.target)
        size = rows if self.is_sparse else max(256, _ENTRIES // self.columns)
        for start in range(0, rows, size):
            yield slice(start, start + size)

    def part(self, rows: slice) -> tuple[Any, np.ndarray, np.ndarray | None]:
        """Inputs, target and weights of some rows."""
        if rows.start == 0 and rows.stop >= len(self.target):
            return self.X, self.target, self.weights
        return self.X[rows], self.target[rows], None if self.weights is None else self.weights[rows]


class Objective:
    """sum_i s_i loss_i / sum_i s_i + strength / 2 |W|², of scores X W + b, by one vector.

    The vector has W row by row and then b, in units in which the curvature is about 1 in every
    direction: features are centred and scaled by what the data says, and each column of scores by
    how much its loss bends. X itself is left as it is, sparse or not.

    Args:
        data: to train with.
        strength: of the penalty.
        centre: of each feature, (features,); zeros where there is no intercept.
        scale: (features + 1, columns), what a coefficient, and the intercept, is multiplied by.
        has_intercept: whether there is a b.
        unit: what the whole is divided by.
    """

    def __init__(
        self,
        data: Data,
        strength: float,
        centre: np.ndarray,
        scale: np.ndarray,
        *,
        has_intercept: bool,
        unit: float = 1.0,
    ) -> None:
        self._data = data
        self._strength = strength / unit
        self._centre = centre
        self._scale = scale if has_intercept else scale[:-1]
        self._has_intercept = has_intercept
        self._total = data.total * unit
        self._buffer: Any = np.empty(0, data.X.dtype)
        self.passes = 0

    @property
    def size(self) -> int:
        """The length of the vector."""
        return self._scale.size

    def vector(self, coefficients: np.ndarray, intercept: np.ndarray) -> np.ndarray:
        """Of W (features, columns) and b (columns,)."""
        whole = coefficients
        if self._has_intercept:
            whole = np.vstack([coefficients, intercept + self._centre @ coefficients])
        return (whole * self._scale).ravel()

    def coefficients(self, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """W (features, columns) and b (columns,), float64."""
        whole = vector.reshape(self._scale.shape) / self._scale
        if not self._has_intercept:
            return whole, np.zeros(self._data.columns)
        return whole[:-1], whole[-1] - self._centre @ whole[:-1]

    def value_and_gradient(self, vector: np.ndarray) -> tuple[float, np.ndarray]:
        """The objective and its gradient; not finite where scores overflow."""
        self.passes += 1
        coefficients, intercept = self.coefficients(vector)
        data, sums = self._data, self._zeros()
        value = 0.0
        for rows in data.blocks():
            X, target, weights = data.part(rows)
            z = self._scores(X, coefficients, intercept)
            flat = z[:, 0] if data.columns == 1 else z
            values, _ = data.layer.value_and_gradient(flat, target, out=flat, sample_weight=weights)
            value += float(np.sum(values, dtype=np.float64))
            self._add(sums, X, z)
        squares = float(np.vdot(coefficients, coefficients))
        value = value / self._total + 0.5 * self._strength * squares
        return value, self._finish(sums, coefficients)

    def hessian(self, vector: np.ndarray) -> Product:
        """The product of the Hessian at this vector with others."""
        coefficients, intercept = self.coefficients(vector)
        data = self._data
        scores = np.empty((len(data.target), data.columns), data.X.dtype)
        for rows in data.blocks():
            scores[rows] = self._scores(data.part(rows)[0], coefficients, intercept)

        def product(other: np.ndarray) -> np.ndarray:
            self.passes += 1
            direction, shift = self.coefficients(other)
            sums = self._zeros()
            for rows in data.blocks():
                X, target, weights = data.part(rows)
                v = self._scores(X, direction, shift)
                z, flat = scores[rows], v
                if data.columns == 1:
                    z, flat = z[:, 0], v[:, 0]
                data.layer.hvp(z, target, flat, out=flat, sample_weight=weights)
                self._add(sums, X, v)
            return self._finish(sums, direction)

        return product

    def _scores(self, X: Any, coefficients: np.ndarray, intercept: np.ndarray) -> np.ndarray:
        """Of some rows, in memory that is used again."""
        dtype = self._data.X.dtype
        W, b = coefficients.astype(dtype), intercept.astype(dtype)
        if self._data.is_sparse:
            z = X @ W
        else:
            size = X.shape[0] * W.shape[1]
            if self._buffer.size < size:
                self._buffer = np.empty(size, dtype)
            z = self._buffer[:size].reshape(X.shape[0], W.shape[1])
            np.matmul(X, W, out=z)
        z += b
        return z

    def _zeros(self) -> np.ndarray:
        return np.zeros((self._data.X.shape[1] + 1, self._data.columns))

    def _add(self, sums: np.ndarray, X: Any, slopes: np.ndarray) -> None:
        sums[:-1] += X.T @ slopes
        sums[-1] += slopes.sum(axis=0, dtype=np.float64)

    def _finish(self, sums: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
        """Sums over rows as the derivative by the vector, the penalty's with it."""
        sums /= self._total
        sums[:-1] += self._strength * coefficients
        if self._has_intercept:
            sums[:-1] -= np.outer(self._centre, sums[-1])
        else:
            sums = sums[:-1]
        return (sums / self._scale).ravel()
