"""Objectives that a library calls with all rows at once: XGBoost and LightGBM."""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.boosting.inputs import read_batch
from softgrad.boosting.objective import Objective


class CalledObjective(Objective):
    """Callable in both styles, told apart by whether the second argument is a data set."""

    # XGBoost passes weights to a parameter of exactly this name, LightGBM to a third one.
    def __call__(
        self, first: Any, second: Any, sample_weight: Any = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Native (scores, data set), or scikit-learn's (labels, scores, sample_weight).

        Returns:
            Gradient and curvature, as `derivatives`: multiplied by the weights, which neither
            library does by itself.
        """
        scores, batch = read_batch(first, second, sample_weight)
        return self.derivatives(scores, batch.target, batch.weight)
