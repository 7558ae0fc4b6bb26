"""Running sums over a row in the form of logarithms, so that no weight is too small to count.

By doubling or by blocks: as many roundings in each sum as log2(n), or a few times 64. (A plain
cumulative sum of exponentials loses what is e^-745 of the largest one.)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.places import places

_BLOCK = 64


def log_running_sum(xp: Namespace, x: Array) -> Array:
    """log sum_k exp(x_k) over k <= i."""
    if xp is np:
        return _by_blocks(x)
    shift = 1
    while shift < x.shape[-1]:
        x, shift = xp.logaddexp(x, moved(xp, x, shift, -xp.inf)), 2 * shift
    return x


def log_running_sum_since(xp: Namespace, x: Array, first: Array) -> Array:
    """log sum_k exp(x_k) over first_i <= k <= i."""
    at = places(xp, x.shape[-1], x, first.dtype)
    longest = x.shape[-1]
    if xp is np:
        longest = int(np.max(at - first, initial=0)) + 1
    shift = 1
    while shift < longest:
        earlier = xp.where(at - shift >= first, moved(xp, x, shift, -xp.inf), -xp.inf)
        x, shift = xp.logaddexp(x, earlier), 2 * shift
    return x


def running_mean(xp: Namespace, x: Array, v: Array) -> Array:
    """sum_k exp(x_k) v_k / sum_k exp(x_k) over k <= i; 0 where all weights are 0."""
    shift, n = 1, x.shape[-1]
    x, v = xp.broadcast_arrays(x, v)
    while shift < n:
        other, value = moved(xp, x, shift, -float("inf")), moved(xp, v, shift, 0.0)
        total = xp.logaddexp(x, other)
        v = _share(xp, x, total) * v + _share(xp, other, total) * value
        x, shift = total, 2 * shift
    return xp.where(x == -float("inf"), xp.zeros_like(v), v)


def first_of_equals(xp: Namespace, sorted_values: Array) -> Array:
    """The place of the first of the entries that are equal to it, in rows that are sorted."""
    n = sorted_values.shape[-1]
    at = xp.broadcast_to(places(xp, n, sorted_values), sorted_values.shape)
    new = sorted_values[..., 1:] != sorted_values[..., :-1]
    starts = xp.concat([at[..., :1], xp.where(new, at[..., 1:], 0)], axis=-1)
    if xp is np:
        return np.maximum.accumulate(starts, axis=-1)
    shift = 1
    while shift < n:
        starts = xp.maximum(starts, moved(xp, starts, shift, 0))
        shift *= 2
    return starts


def last_of_equals(xp: Namespace, sorted_values: Array) -> Array:
    """The place of the last of them."""
    n = sorted_values.shape[-1]
    return (n - 1) - xp.flip(first_of_equals(xp, xp.flip(sorted_values, axis=-1)), axis=-1)


def moved(xp: Namespace, x: Array, shift: int, fill: Any) -> Array:
    """Entry i is x_(i - shift), and `fill` where there is none."""
    before = xp.full_like(x[..., :shift], fill)
    return xp.concat([before, x[..., : x.shape[-1] - before.shape[-1]]], axis=-1)


def from_the_end(xp: Namespace, scan: Any, *arrays: Array) -> Array:
    """A scan over k >= i."""
    return xp.flip(scan(xp, *(xp.flip(x, axis=-1) for x in arrays)), axis=-1)


def _share(xp: Namespace, part: Array, total: Array) -> Array:
    """exp(part - total), 0 of nothing."""
    none = part == -float("inf")
    return xp.where(none, 0.0, xp.exp(xp.where(none, 0.0, part) - xp.where(none, 0.0, total)))


def _by_blocks(x: Any) -> Any:
    """Within blocks one after the other; what blocks sum to, in the same way."""
    n = x.shape[-1]
    if n <= _BLOCK:
        return np.logaddexp.accumulate(x, axis=-1)
    blank = np.full((*x.shape[:-1], -n % _BLOCK), -np.inf, dtype=x.dtype)
    blocks = np.concatenate([x, blank], axis=-1).reshape(*x.shape[:-1], -1, _BLOCK)
    inner = np.logaddexp.accumulate(blocks, axis=-1)
    before = moved(np, _by_blocks(inner[..., -1]), 1, -np.inf)
    return np.logaddexp(inner, before[..., None]).reshape(*x.shape[:-1], -1)[..., :n]
