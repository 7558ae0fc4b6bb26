"""2 L^T L with L the cumulative sum: the Hessian of the ranked probability score."""

from __future__ import annotations

from typing import Any

from softgrad.arrays.namespaces import Array, Namespace, device_of
from softgrad.arrays.places import places
from softgrad.operators.operator import Operator


class SuffixGram(Operator):
    """scale * L^T L, where (L v)_k is the sum of v_0 .. v_k over kept entries.

    Entry (i, j) is scale * (number of kept k >= max(i, j)). It is no diagonal plus low rank
    (its inverse is tridiagonal), but a product costs two cumulative sums, O(n).

    Args:
        xp: the namespace of the arrays.
        counts: shape (..., n): how many kept thresholds k >= i there are.
        keep: shape (..., n), 1.0 at a kept entry, 0.0 at a masked one.
        scale: shape of the batch.
    """

    def __init__(self, xp: Namespace, counts: Array, keep: Array, scale: Array) -> None:
        self.xp = xp
        self._counts = counts
        self._keep = keep
        self._scale = scale

    @property
    def shape(self) -> tuple[int, ...]:
        """(..., n, n)."""
        return (*self._counts.shape, self._counts.shape[-1])

    @property
    def dtype(self) -> Any:
        """The dtype of the entries."""
        return self._counts.dtype

    @property
    def device(self) -> Any:
        """Where the entries are."""
        return device_of(self.xp, self._counts)

    @property
    def T(self) -> SuffixGram:
        """Itself: it is symmetric."""
        return self

    def apply(self, vectors: Array) -> Array:
        """Two cumulative sums a vector."""
        xp = self.xp
        keep = self._keep[..., None, :]
        prefix = xp.cumulative_sum(vectors * keep, axis=-1) * keep
        suffix = xp.flip(xp.cumulative_sum(xp.flip(prefix, axis=-1), axis=-1), axis=-1)
        return self._scale[..., None, None] * keep * suffix

    def diagonal(self) -> Array:
        """scale * counts."""
        return self._scale[..., None] * self._keep * self._counts

    def row(self, i: int) -> Array:
        """scale * (number of kept thresholds from max(i, j) on)."""
        xp = self.xp
        at = places(xp, self.n, self._counts)
        shared = xp.where(at > i, self._counts, self._counts[..., i : i + 1])
        return self._scale[..., None] * self._keep * self._keep[..., i : i + 1] * shared

    def scaled(self, factor: Array) -> SuffixGram:
        """Multiply by a number or by one number a row."""
        return SuffixGram(self.xp, self._counts, self._keep, self._scale * factor)

    def __repr__(self) -> str:
        return f"SuffixGram(shape={self.shape})"
