"""Rows that an estimator trains on, or measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Rows:
    """Inputs, targets in the form that the model takes, and weights.

    Attributes:
        X: (rows, features): an array, a sparse matrix, or a data frame with categories.
        target: codes (rows,), values (rows,), or one number a score (rows, columns).
        weights: (rows,), or None.
    """

    X: Any
    target: np.ndarray
    weights: np.ndarray | None
