"""Objectives for boosting as users write them, in questions, answers and guides: peers of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def numpy_objective(factor: float) -> Callable[[Any, Any], tuple[np.ndarray, np.ndarray]]:
    """Softmax cross-entropy as it is written in questions and answers: (scores, data set)."""

    def function(scores: np.ndarray, dataset: Any) -> tuple[np.ndarray, np.ndarray]:
        labels = dataset.get_label().astype(int)
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        one_hot = np.eye(scores.shape[1])[labels]
        return p - one_hot, np.maximum(factor * p * (1.0 - p), 1e-6)

    return function


def numpy_focal(
    scores: np.ndarray, labels: np.ndarray, gamma: float = 2.0
) -> tuple[np.ndarray, np.ndarray]:
    """Multi-class focal loss and its exact diagonal, written out."""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    one_hot = np.eye(scores.shape[1])[labels.astype(int)]
    true = np.sum(p * one_hot, axis=1, keepdims=True)
    nll, rest = -np.log(true), 1.0 - true
    first = rest**gamma + gamma * true * rest ** (gamma - 1) * nll
    second = gamma * true * rest ** (gamma - 1) * (2.0 - nll)
    second += gamma * (gamma - 1) * true**2 * rest ** (gamma - 2) * nll
    step = p - one_hot
    return first * step, first * p * (1.0 - p) + second * step**2


def xgboosts_own_example(scores: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The loop over rows and classes of XGBoost's guide (custom_softmax.py)."""
    rows, classes = scores.shape
    gradient, curvature = np.zeros((rows, classes)), np.zeros((rows, classes))
    for r in range(rows):
        target = labels[r]
        e = np.exp(scores[r] - np.max(scores[r]))
        p = e / np.sum(e)
        for c in range(classes):
            gradient[r, c] = p[c] - 1.0 if c == target else p[c]
            curvature[r, c] = max(2.0 * p[c] * (1.0 - p[c]), 1e-6)
    return gradient, curvature
