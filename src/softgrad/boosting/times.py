"""Times that are known as far as their bounds, as boosting libraries hand them over."""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.contracts.target_domains import check_bounds
from softgrad.errors import TargetError

_BOUNDS = ("label_lower_bound", "label_upper_bound")


def bounds_of(dataset: Any) -> np.ndarray | None:
    """The bounds of a DMatrix, (rows, 2); None where it has none, or is no DMatrix."""
    if not callable(getattr(dataset, "get_float_info", None)):
        return None
    low, high = (np.asarray(dataset.get_float_info(name)) for name in _BOUNDS)
    if not low.size and not high.size:
        return None
    if low.shape != high.shape:
        raise TargetError(
            f"the data has {low.size} of label_lower_bound and {high.size} of label_upper_bound; "
            "expected both, one a row"
        )
    return np.stack([low, high], axis=1)


def read_bounds(array: np.ndarray) -> np.ndarray:
    """Bounds (rows, 2) as they are; of one number a row, a time y, or -y where it was later.

    Raises:
        TargetError: another shape, NaN, bounds that cross, a time of 0.
    """
    if array.ndim == 1:
        late, seen = np.abs(array), array.astype(np.float64, copy=False)
        array = np.stack([late, np.where(seen < 0.0, np.inf, late)], axis=1)
    if array.ndim != 2 or array.shape[1] != 2:
        raise TargetError(
            f"labels have shape {array.shape}; expected the lower and upper bound of each time, "
            "(rows, 2), or one number a row: the time, or minus the time up to which nothing "
            "had happened (right-censored)"
        )
    if np.isnan(array).any():
        raise TargetError("labels have NaN entries; drop those rows")
    if array.size and array.min() < 0.0:
        raise TargetError(f"labels have a bound of {array.min():g}; bounds of times are >= 0")
    check_bounds(np, array, None)
    return array
