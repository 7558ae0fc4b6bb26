"""Wrong labels on purpose, to see who still learns the truth."""

from __future__ import annotations

import numpy as np


def replace_labels(
    labels: np.ndarray, classes: int, probability: float, rng: np.random.Generator
) -> np.ndarray:
    """Each label, with this probability, replaced by one drawn uniformly from all classes.

    The draw may give the same label again, so a share of probability (1 - 1 / classes) is wrong.
    """
    replaced = rng.random(len(labels)) < probability
    return np.where(replaced, rng.integers(0, classes, len(labels)), labels)
