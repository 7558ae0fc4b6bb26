"""The Hessian of the partial likelihood: a Laplacian whose weights factor along the time."""

from __future__ import annotations

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.places import places
from softgrad.arrays.risk_sets import RiskSets
from softgrad.arrays.scans import from_the_end, moved, running_mean
from softgrad.operators.laplacian import Laplacian


class RiskSetLaplacian(Laplacian):
    """(H v)_i = sum_k w_ik (v_i - v_k), w_ik = exp(z_i + z_k) S_min(i, k) in the order of times.

    No diagonal plus low rank: its rank is the number of events. A product is two weighted running
    means, O(n log n); rows sum to 0.

    Args:
        xp: the namespace.
        sets: the risk sets of each row.
        scale: shape of the batch.
    """

    def __init__(self, xp: Namespace, sets: RiskSets, scale: Array) -> None:
        self.xp = xp
        self._order, self._back = sets.order, sets.back
        self._z, self._squares = sets.z, sets.squares
        self._before, self._after = sets.pulls
        self._scale = scale

    @property
    def shape(self) -> tuple[int, ...]:
        """(..., n, n)."""
        return (*self._z.shape, self._z.shape[-1])

    def apply(self, vectors: Array) -> Array:
        """Two running means a vector."""
        xp = self.xp
        shape = (*vectors.shape[:-1], self.n)
        order, back = (xp.broadcast_to(x[..., None, :], shape) for x in (self._order, self._back))
        v = xp.take_along_axis(xp.asarray(vectors, dtype=self._z.dtype), order, axis=-1)
        parts = (self._z, self._squares, self._before, self._after)
        z, squares, before, after = (x[..., None, :] for x in parts)
        earlier = moved(xp, running_mean(xp, z + squares, v), 1, 0.0)
        later = from_the_end(xp, running_mean, z, v)
        later = xp.concat([later[..., 1:], xp.zeros_like(later[..., :1])], axis=-1)
        found = before * (v - earlier) + after * (v - later)
        return self._finished(xp.take_along_axis(found, back, axis=-1), self._scale[..., None])

    def diagonal(self) -> Array:
        """The sum of a row's weights."""
        return self._finished(self._given(self._before + self._after), self._scale)

    def row(self, i: int) -> Array:
        """-w_ik, and the diagonal at i."""
        xp = self.xp
        at = self._back[..., i : i + 1]
        z, squares = (xp.take_along_axis(x, at, axis=-1) for x in (self._z, self._squares))
        here = places(xp, self.n, self._z, at.dtype)
        shared = xp.where(here < at, self._squares, squares)
        weights = -xp.exp(self._z + z + shared)
        found = xp.where(here == at, self._before + self._after, weights)
        return self._finished(self._given(found), self._scale)

    def _given(self, x: Array) -> Array:
        return self.xp.take_along_axis(x, self._back, axis=-1)

    def _finished(self, x: Array, scale: Array) -> Array:
        return self.xp.asarray(x, dtype=self.dtype) * scale[..., None]
