"""diag(d) + U V^T, the set in which the whole calculus of output layers lives."""

from __future__ import annotations

from typing import Any, final

import numpy as np

from softgrad.arrays.namespaces import Array, device_of, is_known, namespace_of
from softgrad.arrays.places import places
from softgrad.errors import ShapeError, SingularError
from softgrad.operators.operator import Operator
from softgrad.operators.pivot import Pivot

Term = tuple[Array, Array]


class DiagonalPlusLowRank(Operator):
    """A batch of matrices diag(d) + U @ V.T in O(n r) memory, closed under +, *, @ and .T.

    Args:
        d: the diagonal part, shape (..., n).
        U: left factors, shape (..., n, r), or None for a diagonal matrix.
        V: right factors, shape (..., n, r).
        pivot: the one diagonal entry a row that would cancel, with its exact value.

    Accuracy of a product: of the probabilities of a row at most one exceeds 1/2, so only the
    entry at that index can cancel (p - p * p, or 1 - p). The operator carries the exact value
    of that diagonal entry and forms that entry of a product by leaving its index out of the sum.
    """

    def __init__(self, d: Any, U: Any = None, V: Any = None, *, pivot: Pivot | None = None) -> None:
        self.xp = xp = namespace_of(d)
        self.d: Array = xp.asarray(d)
        if self.d.ndim == 0:
            raise ShapeError("d has shape (); expected (..., n)")
        if (U is None) != (V is None):
            raise ShapeError("give both U and V, or neither")
        n = self.d.shape[-1]
        empty = None
        if U is None:
            none = (*self.d.shape[:-1], 0, n)
            empty = xp.zeros(none, dtype=self.d.dtype, device=self.device)
        # Factors are kept as (..., r, n): sums over n then run along contiguous memory, which
        # NumPy adds up pairwise.
        self._left: Array = empty if U is None else xp.matrix_transpose(xp.asarray(U))
        self._right: Array = empty if V is None else xp.matrix_transpose(xp.asarray(V))
        if self._left.shape != self._right.shape or self._left.shape[-1] != n:
            raise ShapeError(
                f"U has shape {tuple(self.U.shape)} and V {tuple(self.V.shape)}; "
                f"expected (..., {n}, r) for both"
            )
        self.pivot = pivot

    @classmethod
    def of(cls, d: Array, *terms: Term, pivot: Pivot | None = None) -> DiagonalPlusLowRank:
        """diag(d) + the sum of u v^T over `terms`, each of two arrays of d's shape."""
        xp = namespace_of(d)
        if not terms:
            return DiagonalPlusLowRank(d, pivot=pivot)
        left = xp.stack([xp.broadcast_to(u, d.shape) for u, _ in terms], axis=-1)
        right = xp.stack([xp.broadcast_to(v, d.shape) for _, v in terms], axis=-1)
        return DiagonalPlusLowRank(d, left, right, pivot=pivot)

    @property
    def U(self) -> Array:
        """Left factors, shape (..., n, r)."""
        return self.xp.matrix_transpose(self._left)

    @property
    def V(self) -> Array:
        """Right factors, shape (..., n, r)."""
        return self.xp.matrix_transpose(self._right)

    @property
    def rank(self) -> int:
        """r, the number of rank-one terms."""
        return self._left.shape[-2]

    @property
    def shape(self) -> tuple[int, ...]:
        """(..., n, n)."""
        return (*self.d.shape, self.d.shape[-1])

    @property
    def dtype(self) -> Any:
        """The dtype of the entries."""
        return self.d.dtype

    @property
    def device(self) -> Any:
        """Where the entries are."""
        return device_of(self.xp, self.d)

    @property
    def T(self) -> DiagonalPlusLowRank:
        """The transpose: U and V change places."""
        return DiagonalPlusLowRank(self.d, self.V, self.U, pivot=self.pivot)

    @final
    @np.errstate(all="ignore")
    def apply(self, vectors: Array) -> Array:
        """Multiply k vectors a row, (..., k, n), in O(k n r)."""
        xp = self.xp
        d = self.d[..., None, :]
        scaled = d * vectors
        if self.rank == 0:
            return without_flow(xp, d, vectors, scaled)
        if self.pivot is None:
            return scaled + self._expand(self._project(vectors))
        mask = self.pivot.mask[..., None, :]
        others = self._project(xp.where(mask, xp.zeros_like(vectors), vectors))
        everything = self._project(vectors)
        exact = self.pivot.diagonal[..., None, :] * vectors + self._expand(others)
        return xp.where(mask, exact, scaled + self._expand(everything))

    def _project(self, vectors: Array) -> Array:
        """V^T v: (..., k, n) -> (..., k, r)."""
        if vectors.shape[-2] == 1:  # pairwise sums, which a matrix product does not promise
            return self.xp.sum(self._right * vectors, axis=-1)[..., None, :]
        return vectors @ self.xp.matrix_transpose(self._right)

    def _expand(self, coefficients: Array) -> Array:
        """U c: (..., k, r) -> (..., k, n)."""
        if self.rank == 1:
            return coefficients * self._left
        if coefficients.shape[-2] > 1 or self.xp is np:
            return coefficients @ self._left
        # No matrix product, which compilers do not fuse with what is around it.
        weighted = self.xp.matrix_transpose(coefficients) * self._left
        return self.xp.sum(weighted, axis=-2, keepdims=True)

    @np.errstate(all="ignore")
    def diagonal(self) -> Array:
        """The diagonal, exact at the pivot."""
        plain = self.d + self.xp.sum(self._left * self._right, axis=-2)
        return plain if self.pivot is None else self.pivot.put(self.xp, plain)

    @np.errstate(all="ignore")
    def row(self, i: int) -> Array:
        """Row i in O(n r)."""
        xp = self.xp
        at = places(xp, self.n, self.d) == i
        weights = self._left[..., i]
        plain = xp.sum(weights[..., None] * self._right, axis=-2)
        return xp.where(at, self.diagonal(), plain)

    @np.errstate(all="ignore")
    def scaled(self, factor: Array) -> DiagonalPlusLowRank:
        """Multiply by a number or by one number a row."""
        s = factor[..., None]
        pivot = None if self.pivot is None else self.pivot.scaled(s)
        return DiagonalPlusLowRank(self.d * s, self.U * s[..., None], self.V, pivot=pivot)

    @np.errstate(all="ignore")
    def masked(self, keep: Array) -> DiagonalPlusLowRank:
        """Rows and columns where `keep` is False become zero."""
        xp = self.xp

        def cut(x: Array) -> Array:
            return xp.where(keep, x, xp.zeros_like(x))

        def cut_factors(x: Array) -> Array:
            return xp.where(keep[..., None, :], x, xp.zeros_like(x))

        pivot = None if self.pivot is None else self.pivot.masked(keep)
        left, right = cut_factors(self._left), cut_factors(self._right)
        t = xp.matrix_transpose
        return DiagonalPlusLowRank(cut(self.d), t(left), t(right), pivot=pivot)

    def plus(self, other: Operator) -> Operator:
        """The sum; of two of this kind again of this kind, of rank r1 + r2."""
        if not isinstance(other, DiagonalPlusLowRank):
            return other.plus(self)
        xp = self.xp
        d = self.d + other.d
        left = _join(xp, self.U, other.U, d.shape)
        right = _join(xp, self.V, other.V, d.shape)
        pivot = self.pivot or other.pivot
        if pivot is not None:
            pivot = pivot.valued(self.diagonal() + other.diagonal())
        return DiagonalPlusLowRank(d, left, right, pivot=pivot)

    def times(self, other: Operator) -> Operator:
        """The product; of two of this kind again of this kind, in O(n r^2)."""
        if not isinstance(other, DiagonalPlusLowRank):
            from softgrad.operators.composite import Product

            return Product(self, other)
        xp = self.xp
        d = self.d * other.d
        carried = self @ other.U if other.rank else other.U
        left = _join(xp, carried, self.U, d.shape)
        right = _join(xp, other.V, other.d[..., None] * self.V, d.shape)
        pivot = self.pivot or other.pivot
        if pivot is not None:
            unit = xp.astype(pivot.mask, self.dtype)
            entry = xp.sum((self.T @ unit) * (other @ unit), axis=-1, keepdims=True)
            pivot = pivot.valued(entry)
        return DiagonalPlusLowRank(d, left, right, pivot=pivot)

    @np.errstate(all="ignore")
    def solve(self, b: Any, *, damping: float = 0.0) -> Array:
        """x with (A + damping * I) x = b, by Woodbury's identity, in O(n r^2).

        `b` has shape (..., n). Raises `SingularError` where no unique solution exists: the
        Jacobian of softmax, for one, needs a positive damping.
        """
        xp = self.xp
        shifted = self.d + damping
        b = xp.asarray(b, dtype=self.dtype)
        first = b / shifted
        if self.rank:
            scaled_left = self._left / shifted[..., None, :]
            one = xp.eye(self.rank, dtype=self.dtype, device=self.device)
            small = one + self._right @ xp.matrix_transpose(scaled_left)
            projected = xp.sum(self._right * first[..., None, :], axis=-1)
            try:
                inner = xp.linalg.solve(small, projected[..., None])[..., 0]
            except Exception as error:
                raise SingularError(f"the matrix is singular ({error}); give damping > 0") from None
            first = first - xp.sum(inner[..., None] * scaled_left, axis=-2)
        if is_known(~xp.all(xp.isfinite(first)) & xp.all(xp.isfinite(b))):
            raise SingularError("the matrix is singular; give damping > 0")
        return first

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(shape={self.shape}, rank={self.rank}, "
            f"dtype={np.dtype(self.dtype).name if self.xp is np else self.dtype})"
        )


def without_flow(xp: Any, slopes: Array, vectors: Array, products: Array) -> Array:
    """`products`, 0 where one factor is 0: zero times an infinite slope is zero, and NaN stays."""
    still = ((vectors == 0) & (slopes == slopes)) | ((slopes == 0) & (vectors == vectors))
    return xp.where(still, xp.zeros_like(products), products)


def _join(xp: Any, first: Array, second: Array, shape: tuple[int, ...]) -> Array:
    """Concatenate factors (..., n, r), after broadcasting both to the batch of `shape`."""
    parts = [xp.broadcast_to(x, (*shape, x.shape[-1])) for x in (first, second)]
    return xp.concat(parts, axis=-1)
