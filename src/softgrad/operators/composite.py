"""Sums and products of operators that have no common closed form: kept apart, applied in turn."""

from __future__ import annotations

from abc import ABC
from typing import Any, final

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.operators.operator import Operator


class Two(Operator, ABC):
    """Two operators of one shape."""

    def __init__(self, first: Operator, second: Operator) -> None:
        self.xp = first.xp
        self.first = first
        self.second = second

    @property
    def shape(self) -> tuple[int, ...]:
        """(..., n, n)."""
        return self.first.shape

    @property
    def dtype(self) -> Any:
        """The dtype of the entries."""
        return self.first.dtype

    @property
    def device(self) -> Any:
        """Where the entries are."""
        return self.first.device


@final
class Sum(Two):
    """first + second, for operators of different kinds."""

    @property
    def T(self) -> Sum:
        """The sum of the transposes."""
        return Sum(self.first.T, self.second.T)

    def apply(self, vectors: Array) -> Array:
        """The sum of both products."""
        return self.first.apply(vectors) + self.second.apply(vectors)

    def diagonal(self) -> Array:
        """The sum of both diagonals."""
        return self.first.diagonal() + self.second.diagonal()

    def row(self, i: int) -> Array:
        """The sum of both rows."""
        return self.first.row(i) + self.second.row(i)

    def scaled(self, factor: Array) -> Sum:
        """Both scaled."""
        return Sum(self.first.scaled(factor), self.second.scaled(factor))

    def __repr__(self) -> str:
        return f"({self.first!r} + {self.second!r})"


@final
class Product(Two):
    """first @ second, for operators of different kinds."""

    @property
    def T(self) -> Product:
        """The product of the transposes, in the other order."""
        return Product(self.second.T, self.first.T)

    def apply(self, vectors: Array) -> Array:
        """One product after the other."""
        return self.first.apply(self.second.apply(vectors))

    @np.errstate(all="ignore")
    def diagonal(self) -> Array:
        """Row i of the first times column i of the second: O(n^2) time, O(n) memory."""
        transposed = self.second.T
        entries = [
            self.xp.sum(self.first.row(i) * transposed.row(i), axis=-1) for i in range(self.n)
        ]
        return self.xp.stack(entries, axis=-1)

    def row(self, i: int) -> Array:
        """The second's transpose applied to row i of the first."""
        return self.second.T.apply(self.first.row(i)[..., None, :])[..., 0, :]

    def scaled(self, factor: Array) -> Product:
        """The first scaled."""
        return Product(self.first.scaled(factor), self.second)

    def __repr__(self) -> str:
        return f"({self.first!r} @ {self.second!r})"
