"""J^T H J: how a loss's Hessian is carried from the output of an activation to its logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.operators.diagonal_plus_low_rank import DiagonalPlusLowRank, without_flow
from softgrad.operators.operator import Operator
from softgrad.operators.pivot import Pivot


@np.errstate(all="ignore")
def congruence(jacobian: DiagonalPlusLowRank, hessian: Operator) -> Operator:
    """jacobian.T @ hessian @ jacobian, diagonal plus low rank wherever `hessian` is.

    The part of `hessian` at the Jacobian's pivot k is taken out as a rank-one term h_k j j^T
    with j = row k of the Jacobian, formed exactly. Expanding it with the rest would cancel:
    its entries are products of 1 - p_k, written as sums of ones. A low-rank `hessian` with a
    pivot of its own is taken apart there for the same reason.
    """
    if not isinstance(hessian, DiagonalPlusLowRank):
        return Congruence(jacobian, hessian)
    xp = jacobian.xp
    transposed = jacobian.T
    h, d = hessian.d, jacobian.d
    lefts: list[Array] = []
    rights: list[Array] = []
    pivot = jacobian.pivot
    parted = hessian.pivot if jacobian.rank and hessian.rank else None
    if parted is not None:
        h = parted.put(xp, h)
    if pivot is not None:
        unit = xp.astype(pivot.mask, d.dtype)
        column = jacobian @ unit
        pivot = pivot.valued(xp.sum(column * (hessian @ column), axis=-1, keepdims=True))
        at_pivot = xp.sum(xp.where(pivot.mask, h, xp.zeros_like(h)), axis=-1, keepdims=True)
        exact_row = (transposed @ unit)[..., None]
        lefts.append(at_pivot[..., None] * exact_row)
        rights.append(exact_row)
        h = xp.where(pivot.mask, xp.zeros_like(h), h)
    elif jacobian.rank == 0 and hessian.pivot is not None:  # its exact entry is only scaled
        pivot = hessian.pivot.valued(d * hessian.pivot.diagonal * d)
    if jacobian.rank:
        U, V = jacobian.U, jacobian.V
        inner = xp.matrix_transpose(U) @ (h[..., None] * U)
        crossed = (d * h)[..., None] * U
        lefts += [V, crossed + V @ inner]
        rights += [crossed, V]
    if hessian.rank:
        left, right = _wide(xp, hessian.U, d), _wide(xp, hessian.V, d)
        if parted is not None:
            left, right = _parted(xp, parted, left, right)
        lefts.append(transposed @ left)
        rights.append(transposed @ right)
    once = without_flow(xp, d, h, d * h)
    carried = without_flow(xp, d, once, once * d)
    if not lefts:
        return DiagonalPlusLowRank(carried)
    left, right = xp.concat(lefts, axis=-1), xp.concat(rights, axis=-1)
    return DiagonalPlusLowRank(carried, left, right, pivot=pivot)


def _parted(xp: Any, pivot: Pivot, left: Array, right: Array) -> tuple[Array, Array]:
    """left @ right.T with nothing at (k, k), and row k and column k as terms of their own."""
    at = pivot.mask[..., None]
    unit = xp.astype(at, left.dtype)
    left_k = xp.sum(unit * left, axis=-2, keepdims=True)
    right_k = xp.sum(unit * right, axis=-2, keepdims=True)
    left, right = (xp.where(at, xp.zeros_like(x), x) for x in (left, right))
    column = xp.sum(left * right_k, axis=-1, keepdims=True)
    row = xp.sum(right * left_k, axis=-1, keepdims=True)
    return xp.concat([left, column, unit], axis=-1), xp.concat([right, unit, row], axis=-1)


def _wide(xp: Any, factors: Array, d: Array) -> Array:
    return xp.broadcast_to(factors, (*d.shape, factors.shape[-1]))


class Congruence(Operator):
    """jacobian.T @ hessian @ jacobian, for a Hessian that is not diagonal plus low rank."""

    def __init__(self, jacobian: DiagonalPlusLowRank, hessian: Operator) -> None:
        self.xp = jacobian.xp
        self.jacobian = jacobian
        self.hessian = hessian

    @property
    def shape(self) -> tuple[int, ...]:
        """(..., n, n)."""
        return self.jacobian.shape

    @property
    def dtype(self) -> Any:
        """The dtype of the entries."""
        return self.jacobian.dtype

    @property
    def device(self) -> Any:
        """Where the entries are."""
        return self.jacobian.device

    @property
    def T(self) -> Congruence:
        """The same with the Hessian transposed."""
        return Congruence(self.jacobian, self.hessian.T)

    def apply(self, vectors: Array) -> Array:
        """Three products in turn."""
        inner = self.hessian.apply(self.jacobian.apply(vectors))
        return self.jacobian.T.apply(inner)

    @np.errstate(all="ignore")
    def diagonal(self) -> Array:
        """c_i^T H c_i over the columns c_i = d_i e_i + U V_i of the Jacobian, in O(n r^2)."""
        xp, J = self.xp, self.jacobian
        result = J.d * J.d * self.hessian.diagonal()
        if J.rank:
            carried = self.hessian @ J.U
            small = xp.matrix_transpose(J.U) @ carried
            both = carried + self.hessian.T @ J.U
            result = result + J.d * xp.sum(both * J.V, axis=-1)
            result = result + xp.sum((J.V @ small) * J.V, axis=-1)
        if J.pivot is None:
            return result
        column = J @ xp.astype(J.pivot.mask, J.dtype)
        exact = xp.sum(column * (self.hessian @ column), axis=-1, keepdims=True)
        return J.pivot.valued(exact).put(xp, result)

    def row(self, i: int) -> Array:
        """J^T H^T applied to column i of the Jacobian, transposed."""
        column = self.jacobian.column(i)[..., None, :]
        inner = self.hessian.T.apply(column)
        return self.jacobian.T.apply(inner)[..., 0, :]

    def scaled(self, factor: Array) -> Congruence:
        """The Hessian scaled."""
        return Congruence(self.jacobian, self.hessian.scaled(factor))

    def __repr__(self) -> str:
        return f"Congruence({self.jacobian!r}, {self.hessian!r})"
