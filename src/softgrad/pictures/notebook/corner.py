"""The upper left entries of the first few matrices of a batch, whatever the whole holds."""

from __future__ import annotations

from itertools import islice
from math import prod
from typing import Any

import numpy as np

from softgrad.operators import DiagonalPlusLowRank, Operator, Pivot

#: So many entries of a batch of rows are computed where only whole rows can be had.
_MOST_ENTRIES = 100_000


def first_places(operator: Operator, most: int) -> list[tuple[int, ...]]:
    """Where in the batch the first few matrices are: () for one that is no batch."""
    return [*islice(np.ndindex(operator.batch_shape), most)]


def corners(operator: Operator, places: list[tuple[int, ...]], size: int) -> list[np.ndarray]:
    """The first `size` rows and columns at each place; [] where they would take long.

    Of a diagonal plus low rank they are found in O(size^2 r), whatever n and the batch are.
    """
    if isinstance(operator, DiagonalPlusLowRank):
        return [as_numpy(_cut(operator, place, size).to_dense()) for place in places]
    if prod(operator.shape[:-1]) > _MOST_ENTRIES:
        return []
    rows = [as_numpy(operator.row(i))[..., :size] for i in range(min(size, operator.n))]
    return [np.stack([row[place] for row in rows]) for place in places] if rows else []


def as_numpy(array: Any) -> np.ndarray:
    """The numbers of an array of any framework, wherever it lies."""
    try:
        return np.asarray(array)
    except TypeError:  # PyTorch and CuPy hand nothing over from another device
        from array_api_compat import to_device

        return np.asarray(to_device(array, "cpu"))


def _cut(whole: DiagonalPlusLowRank, place: tuple[int, ...], size: int) -> DiagonalPlusLowRank:
    def part(x: Any) -> Any:
        return x[(*place, slice(size))]

    def part_of_factors(x: Any) -> Any:
        wide = whole.xp.broadcast_to(x, (*whole.d.shape, x.shape[-1]))
        return wide[(*place, slice(size), slice(None))]

    pivot = whole.pivot
    if pivot is not None:
        diagonal = whole.xp.broadcast_to(pivot.diagonal, whole.d.shape)
        pivot = Pivot(part(pivot.mask), part(diagonal))
    factors = part_of_factors(whole.U), part_of_factors(whole.V)
    return DiagonalPlusLowRank(part(whole.d), *factors, pivot=pivot)
