"""A Laplacian whose weights are a function of two entries: the Hessian of a loss of pairs."""

from __future__ import annotations

from collections.abc import Callable

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.pairs_of_entries import by_blocks
from softgrad.operators.laplacian import Laplacian

# Gives w_ij for i in a block and every j, shape (..., block, n), from arrays (..., n).
Weights = Callable[..., Array]


class PairLaplacian(Laplacian):
    """(H v)_i = sum_j w_ij (v_i - v_j) with symmetric weights, which are never stored.

    A product takes O(n^2) and memory of O(n); rows sum to 0.

    Args:
        xp: the namespace.
        weights: what gives the weights of a block of entries, a function of a module.
        parts: the arrays that it is given, of shape (..., n) or (..., 1).
        scale: shape of the batch.
    """

    def __init__(
        self, xp: Namespace, weights: Weights, parts: tuple[Array, ...], scale: Array
    ) -> None:
        self.xp = xp
        self._weights = weights
        self._parts = parts
        self._scale = scale

    @property
    def shape(self) -> tuple[int, ...]:
        """(..., n, n)."""
        return (*self._parts[0].shape, self._parts[0].shape[-1])

    def apply(self, vectors: Array) -> Array:
        """A product with each block of weights."""
        xp = self.xp

        def of_block(block: slice) -> Array:
            w = self._weights(xp, block, *self._parts)
            total = xp.sum(w, axis=-1)[..., None, :]
            return total * vectors[..., block] - vectors @ xp.matrix_transpose(w)

        return by_blocks(xp, self._parts[0], of_block) * self._scale[..., None, None]

    def diagonal(self) -> Array:
        """The sum of a row's weights."""

        def of_block(block: slice) -> Array:
            return self.xp.sum(self._weights(self.xp, block, *self._parts), axis=-1)

        return by_blocks(self.xp, self._parts[0], of_block) * self._scale[..., None]

    def row(self, i: int) -> Array:
        """-w_ij, and their sum at i."""
        xp = self.xp
        w = self._weights(xp, slice(i, i + 1), *self._parts)[..., 0, :]
        total = xp.sum(w, axis=-1, keepdims=True)
        found = xp.concat([-w[..., :i], total, -w[..., i + 1 :]], axis=-1)
        return found * self._scale[..., None]
