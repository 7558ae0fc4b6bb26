"""Rows of a data set that belong together: the documents of a query, the people of a stratum."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from softgrad.errors import ShapeError, WeightError


def group_sizes(dataset: Any) -> np.ndarray | None:
    """How many rows each group of a DMatrix or a LightGBM Dataset has; None where it has none."""
    if callable(getattr(dataset, "get_uint_info", None)):
        ends = np.asarray(dataset.get_uint_info("group_ptr"), dtype=np.int64)
        return np.diff(ends) if ends.size > 1 else None
    found = dataset.get_group()
    return None if found is None else np.asarray(found, dtype=np.int64)


def read_sizes(group: Any, rows: int) -> np.ndarray:
    """Sizes of groups that follow each other; all rows are one where none are given.

    Raises:
        ShapeError: they are no whole numbers above 0 that add up to the number of rows.
    """
    if group is None:
        return np.array([rows], dtype=np.int64)
    sizes = np.asarray(group)
    is_whole = sizes.ndim == 1 and bool(np.all(sizes == np.floor(sizes)) and np.all(sizes >= 0))
    if not is_whole or int(sizes.sum()) != rows:
        raise ShapeError(
            f"group has shape {sizes.shape} and sums to {sizes.sum():g} for {rows} rows; expected "
            "the size of each group, whole numbers that add up to the rows, which lie group by "
            "group"
        )
    return sizes.astype(np.int64)


def rows_by_size(sizes: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Which groups have one size, and their rows, shape (groups, size): no group is padded."""
    starts = np.cumsum(sizes) - sizes
    for size in np.unique(sizes):
        if size:
            groups = np.flatnonzero(sizes == size)
            yield groups, starts[groups][:, None] + np.arange(size)


def weights_of_groups(weights: np.ndarray | None, sizes: np.ndarray) -> np.ndarray | None:
    """One weight a group: given so, or the same for each row of it.

    Raises:
        WeightError: rows of one group have different weights.
    """
    if weights is None or len(weights) == len(sizes) != sizes.sum():
        return weights
    starts = np.minimum(np.cumsum(sizes) - sizes, max(len(weights) - 1, 0))
    of_groups = np.where(sizes > 0, weights[starts] if len(weights) else 0.0, 0.0)
    if not np.array_equal(np.repeat(of_groups, sizes), weights):
        raise WeightError(
            "sample_weight differs within a group, which has one loss and so one weight; give "
            "each group one, or its rows the same"
        )
    return of_groups
