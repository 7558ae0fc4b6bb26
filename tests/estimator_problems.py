"""Small data, and settings with which boosting it takes no time."""

from typing import Any

import numpy as np

LIBRARIES = ("xgboost", "lightgbm", "catboost")
#: Trees that may split forty rows, in each library's own words.
SMALL: dict[str, dict[str, Any]] = {
    "xgboost": {"max_depth": 2},
    "lightgbm": {"num_leaves": 4, "min_data_in_leaf": 3},
    "catboost": {"depth": 2, "learning_rate": 0.3},
}


def classes(rows: int = 90, count: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Rows whose class shows in their features, mostly."""
    rng = np.random.default_rng(count)
    y = np.arange(rows) % count
    X = rng.normal(size=(rows, 4))
    X[:, 0] += 2.0 * y
    return X, y


def values(rows: int = 120) -> tuple[np.ndarray, np.ndarray]:
    """A line with noise that grows, far from 0 and in large units."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(rows, 3))
    return X, 5000.0 + 300.0 * X[:, 0] + 100.0 * rng.normal(size=rows) * np.exp(0.5 * X[:, 1])
