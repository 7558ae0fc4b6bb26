"""Pairs of entries of which one is to rank above the other, a block of entries at a time.

There are n^2 pairs, and never more than a few million of them in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.places import inverse_order, places

_MOST = 1 << 20


def blocks(shape: tuple[int, ...]) -> Iterator[slice]:
    """Slices of the last axis: what of it is taken together with all n, of every row."""
    n = shape[-1]
    size = max(1, _MOST // max(1, prod(shape)))
    yield from (slice(start, min(start + size, n)) for start in range(0, max(n, 1), size))


def by_blocks(xp: Namespace, like: Array, of_block: Callable[[slice], Array]) -> Array:
    """One number an entry, from a function that gives those of a block."""
    return xp.concat([of_block(block) for block in blocks(tuple(like.shape))], axis=-1)


def differences(x: Array, block: slice) -> Array:
    """x_i - x_j for i in the block and every j, shape (..., block, n)."""
    return x[..., block, None] - x[..., None, :]


def discounts(xp: Namespace, z: Array) -> Array:
    """1 / log2(1 + rank) of each entry, the largest ranking first; ties in their order."""
    order = xp.argsort(-z, axis=-1, stable=True)
    rank = xp.astype(inverse_order(xp, order), z.dtype)
    return 1.0 / xp.log2(rank + 2.0)


def ideal_gain(xp: Namespace, gains: Array) -> Array:
    """The sum of gains times discounts in the best order, shape (..., 1)."""
    falling = -xp.sort(-gains, axis=-1)
    ranks = places(xp, gains.shape[-1], gains, gains.dtype)
    return xp.sum(falling / xp.log2(ranks + 2.0), axis=-1, keepdims=True)
