"""A symmetric matrix with other eigenvalues: CatBoost's solver wants none below 0."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def with_eigenvalues(matrix: np.ndarray, change: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """V diag(change(lambda)) V^T of a symmetric matrix V diag(lambda) V^T, (..., n, n).

    A matrix without negative eigenvalues is returned as it is, not rounded once more: `change`
    must leave values that are not negative alone.
    """
    values, vectors = np.linalg.eigh(matrix)
    if values.size and values.min() >= 0.0:
        return matrix
    return (vectors * change(values)[..., None, :]) @ vectors.swapaxes(-1, -2)
