"""A symmetric matrix with other eigenvalues: CatBoost's solver wants none below 0."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

# Of the trace: below it an eigenvalue counts as 0, which rounding makes of one.
_ROUNDING = 1e-15


def with_eigenvalues(matrix: np.ndarray, change: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """V diag(change(lambda)) V^T of a symmetric matrix V diag(lambda) V^T, shape (n, n).

    A matrix without negative eigenvalues is returned as it is, not rounded once more: `change`
    must leave values that are not negative alone. Where a Cholesky factor exists there are none,
    which costs a tenth of the eigenvalues.
    """
    n = len(matrix)
    shifted = matrix.copy()
    shifted.flat[:: n + 1] += _ROUNDING * max(float(matrix.trace()), 0.0)
    try:
        np.linalg.cholesky(shifted)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(matrix)
        return (vectors * change(values)) @ vectors.T
    return matrix
