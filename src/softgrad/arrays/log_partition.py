"""log sum exp: the potential whose gradient is softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.arrays.layout import Axis, Layout
from softgrad.arrays.namespaces import Array, as_mask, as_operand, finish
from softgrad.arrays.shifted import shifted_exponentials


@np.errstate(all="ignore")
def logsumexp(z: Any, *, axis: Axis = -1, where: Any = None) -> Array:
    """log sum_j exp z_j, one value a row: z_k + log1p(sum of the other exp(z_j - z_k)), k largest.

    Its gradient is softmax(z). -inf for a row of nothing but -inf, or masked out whole; inf where
    an entry is inf; NaN where one is NaN.

    Args:
        z: logits, any real array or list.
        axis: the class axis, or several; () makes every entry a row of its own.
        where: mask that broadcasts to z's shape, True = keep.
    """
    operand = as_operand(z, "z")
    xp = operand.xp
    layout = Layout.of(tuple(operand.array.shape), axis, "z")
    rows = layout.enter(xp, operand.array)
    if where is not None:
        keep = layout.enter(xp, as_mask(where, operand, layout.shape))
        rows = xp.where(keep, rows, xp.full_like(rows, -float("inf")))
    largest = xp.max(rows, axis=-1)
    value = largest + xp.log1p(shifted_exponentials(xp, rows).rest[..., 0])
    # Several +inf have no softmax, but their sum is infinite all the same.
    return finish(xp.where(largest == float("inf"), largest, value), operand, None)
