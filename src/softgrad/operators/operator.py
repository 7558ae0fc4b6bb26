"""The one contract of all operators: a batch of square linear maps that are never stored dense."""

from __future__ import annotations

from abc import ABC, abstractmethod
from importlib import import_module
from typing import Any, cast, final

import numpy as np

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.displays import Displayed
from softgrad.errors import ShapeError
from softgrad.operators.state import MadeOfParts, checked_index


class Operator(MadeOfParts, Displayed, ABC):
    """A batch of n x n matrices, known by what they do to vectors.

    A kind of operator supplies `xp`, `shape`, `dtype`, `device`, `T`, `diagonal`, `row` and
    `apply`; everything else is written here, once.
    """

    __array_ufunc__ = None  # so that `ndarray * operator` reaches __rmul__
    __array_priority__ = 1000

    xp: Namespace

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """(..., n, n): batch axes, then outputs i, then inputs j."""

    @property
    @abstractmethod
    def dtype(self) -> Any:
        """The dtype of the entries."""

    @property
    @abstractmethod
    def device(self) -> Any:
        """Where the entries are, or None where the namespace sees to it."""

    @property
    @abstractmethod
    def T(self) -> Operator:
        """The transpose."""

    @abstractmethod
    def apply(self, vectors: Array) -> Array:
        """Multiply k vectors a row: (..., k, n) -> (..., k, n)."""

    @abstractmethod
    def diagonal(self) -> Array:
        """The diagonal, shape (..., n), in O(n)."""

    @abstractmethod
    def row(self, i: int) -> Array:
        """Row i, the derivative of output i by every input: shape (..., n), in O(n)."""

    @abstractmethod
    def scaled(self, factor: Array) -> Operator:
        """Multiply by a number, or by one number a row (shape of the batch)."""

    @final
    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape without the two matrix axes."""
        return self.shape[:-2]

    @final
    @property
    def n(self) -> int:
        """The number of inputs, which is also the number of outputs."""
        return self.shape[-1]

    @final
    @np.errstate(all="ignore")
    def __matmul__(self, other: Any) -> Any:
        """`A @ v` for vectors (..., n) or matrices (..., n, k); `A @ B` for operators.

        `v` is a vector (one a row, or one for all rows) while it has at most one axis more than
        the batch; with two more it is a matrix.
        """
        if isinstance(other, Operator):
            return self.times(other)
        v = self.xp.asarray(other)
        batch = len(self.shape) - 2
        if v.ndim == 0 or v.ndim > batch + 2:
            raise ShapeError(f"cannot multiply an operator {self.shape} by shape {tuple(v.shape)}")
        is_matrix = v.ndim == batch + 2
        size = v.shape[-2] if is_matrix else v.shape[-1]
        if size != self.n:
            raise ShapeError(
                f"an operator of shape {self.shape} takes vectors of length {self.n}; "
                f"got shape {tuple(v.shape)}"
            )
        if is_matrix:
            moved = self.xp.matrix_transpose(v)
            return self.xp.matrix_transpose(self.apply(moved))
        return self.apply(v[..., None, :])[..., 0, :]

    def masked(self, keep: Array) -> Operator:
        """Rows and columns where `keep`, a mask of shape (..., n), is False become zero."""
        from softgrad.operators.congruence import congruence
        from softgrad.operators.diagonal_plus_low_rank import DiagonalPlusLowRank

        return congruence(DiagonalPlusLowRank(self.xp.astype(keep, self.dtype)), self)

    def times(self, other: Operator) -> Operator:
        """The product of two operators; kinds that are closed under it give a closed form."""
        from softgrad.operators.composite import Product

        return Product(self, other)

    def plus(self, other: Operator) -> Operator:
        """The sum of two operators; kinds that are closed under it give a closed form."""
        from softgrad.operators.composite import Sum

        return Sum(self, other)

    @final
    @np.errstate(all="ignore")
    def __add__(self, other: Any) -> Operator:
        if not isinstance(other, Operator):
            return NotImplemented
        if other.n != self.n:
            raise ShapeError(f"cannot add operators of shapes {self.shape} and {other.shape}")
        return self.plus(other)

    @final
    def __sub__(self, other: Any) -> Operator:
        if not isinstance(other, Operator):
            return NotImplemented
        return self + other * -1.0

    @final
    def __neg__(self) -> Operator:
        return self * -1.0

    @final
    @np.errstate(all="ignore")
    def __mul__(self, factor: Any) -> Operator:
        if isinstance(factor, Operator):
            return NotImplemented
        scale = self.xp.asarray(factor, dtype=self.dtype, device=self.device)
        if scale.ndim > len(self.batch_shape):
            raise ShapeError(
                f"a factor has one number a row, shape {self.batch_shape}; "
                f"got shape {tuple(scale.shape)}"
            )
        return self.scaled(scale)

    __rmul__ = __mul__

    @final
    @np.errstate(all="ignore")
    def column(self, j: int) -> Array:
        """Column j, the derivative of every output by input j: shape (..., n)."""
        return self.T.row(j)

    @final
    @np.errstate(all="ignore")
    def to_dense(self) -> Array:
        """The n x n matrices, shape (..., n, n). The only method that allocates them."""
        xp = self.xp
        identity = xp.eye(self.n, dtype=self.dtype, device=self.device)
        wide = xp.broadcast_to(identity, self.shape)
        return xp.matrix_transpose(self.apply(wide))

    @final
    def trace(self) -> Array:
        """The sum of the diagonal, one number a row."""
        return self.xp.sum(self.diagonal(), axis=-1)

    @final
    def __getitem__(self, key: Any) -> Array:
        """`A[..., i, j]` one entry, `A[..., i, :]` a row, `A[..., :, j]` a column, in O(n).

        Batch axes are indexed by what stands before: a full index or an ellipsis.
        """
        parts: tuple[Any, ...] = cast("tuple[Any, ...]", key) if isinstance(key, tuple) else (key,)
        batch = len(self.batch_shape)
        if batch and (len(parts) < 2 or (len(parts) == 2 and parts[0] is Ellipsis)):
            raise ShapeError(f"index a batch of operators {self.shape} as [..., i, j]")
        if len(parts) == 1:
            parts = (*parts, slice(None))
        before: tuple[Any, ...] = parts[:-2] or (Ellipsis,)
        i, j = parts[-2:]
        if isinstance(j, slice) and j == slice(None):
            if isinstance(i, slice):
                return self.to_dense()[(*before, i, slice(None))]
            return self.row(self._checked(i))[(*before, slice(None))]
        if isinstance(i, slice) and i == slice(None):
            return self.column(self._checked(j))[(*before, slice(None))]
        if isinstance(i, slice) or isinstance(j, slice):
            return self.to_dense()[(*before, i, j)]
        return self.row(self._checked(i))[(*before, self._checked(j))]

    @final
    def _checked(self, index: Any) -> int:
        return checked_index(index, self.n, "index")

    @final
    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        if copy is False:
            raise ValueError("a dense matrix is always a new array; copy=False cannot be met")
        return np.asarray(self.to_dense(), dtype=dtype)

    @final
    def __len__(self) -> int:
        return self.shape[0]

    @final
    def as_linear_operator(self) -> Any:
        """This map (not a batch of them) as a `scipy.sparse.linalg.LinearOperator`."""
        if self.batch_shape:
            raise ShapeError(f"SciPy's LinearOperator is one matrix; this is {self.shape}")
        scipy_linalg: Any = import_module("scipy.sparse.linalg")
        transposed = self.T

        def forward(v: Array) -> Array:
            return self @ v.reshape(-1)

        def backward(v: Array) -> Array:
            return transposed @ v.reshape(-1)

        def forward_many(v: Array) -> Array:
            return self @ v

        return scipy_linalg.LinearOperator(
            self.shape, forward, rmatvec=backward, matmat=forward_many, dtype=self.dtype
        )
