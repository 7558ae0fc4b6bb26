"""Places in a row: their numbers, and the place of the largest."""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array, Namespace, device_of


def places(xp: Namespace, n: int, beside: Array, dtype: Any = None, *, start: int = 0) -> Array:
    """The n numbers from `start` on, of integers unless a dtype says more, shape (n,)."""
    return xp.arange(start, start + n, dtype=dtype, device=device_of(xp, beside))


def inverse_order(xp: Namespace, order: Array) -> Array:
    """Where each entry has gone to, for rows that were taken in that order."""
    if xp is not np:
        return xp.argsort(order, axis=-1, stable=True)
    back = np.empty_like(order)
    np.put_along_axis(back, order, places(np, order.shape[-1], order, order.dtype), axis=-1)
    return back


def first_largest(xp: Namespace, x: Array) -> Array:
    """True at the first of the largest entries of each row, and there alone."""
    place = place_of_largest(xp, x)
    return places(xp, x.shape[-1], x, place.dtype) == place


def place_of_largest(xp: Namespace, x: Array) -> Array:
    """The number of the first of the largest entries, or of the first NaN, shape (..., 1).

    A compiler makes one loop of a comparison and a minimum, but not of an argmax, on which XLA
    spends more than on all the rest of a softmax.
    """
    if xp.__name__ == "numpy":
        return xp.argmax(x, axis=-1, keepdims=True)
    is_largest = (x == xp.max(x, axis=-1, keepdims=True)) | (x != x)
    at = places(xp, x.shape[-1], x, xp.int32)
    return xp.min(xp.where(is_largest, at, at[-1:]), axis=-1, keepdims=True)
