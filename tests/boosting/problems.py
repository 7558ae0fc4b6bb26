"""Rows to boost on: real ones of scikit-learn, and made-up ones for every kind of target."""

from __future__ import annotations

from functools import cache

import numpy as np
from sklearn.datasets import load_digits, load_wine


@cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    return load_digits(return_X_y=True)


@cache
def wine() -> tuple[np.ndarray, np.ndarray]:
    return load_wine(return_X_y=True)


@cache
def seven_classes(rows: int = 100_000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(rows, 20))
    scores = inputs @ rng.normal(size=(20, 7)) + 2.0 * rng.gumbel(size=(rows, 7))
    return inputs, np.argmax(scores, axis=1)


@cache
def values() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """1500 rows with a coin, a count, an amount with zeros and a heavy-tailed number each."""
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(1500, 6))
    signal = inputs[:, 0] + np.sin(2.0 * inputs[:, 1])
    counts = rng.poisson(np.exp(0.5 * signal)).astype(float)
    return inputs, {
        "coin": (signal + rng.normal(size=1500) > 0).astype(float),
        "count": counts,
        "amount": counts * rng.gamma(2.0, size=1500),
        "positive": rng.gamma(2.0, size=1500) * np.exp(0.3 * signal) + 0.01,
        "number": signal + rng.standard_t(2, size=1500),
    }


def weights_of(rows: int) -> np.ndarray:
    return (np.random.default_rng(2).random(rows) + 0.5).astype(np.float32)
