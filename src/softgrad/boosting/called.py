"""Objectives that a library calls with all rows at once: XGBoost and LightGBM."""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.boosting.inputs import read_batch
from softgrad.boosting.objective import Objective

#: What both libraries keep derivatives in, and so what they are worked out in: anything else they
#: would convert, in a copy.
_STORED = np.float32


class CalledObjective(Objective):
    """Callable in both styles, told apart by whether the second argument is a data set."""

    # XGBoost passes weights to a parameter of exactly this name, LightGBM to a third one.
    def __call__(
        self, first: Any, second: Any, sample_weight: Any = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Native (scores, data set), or scikit-learn's (labels, scores, sample_weight).

        Returns:
            Gradient and curvature in float32, as `derivatives`: multiplied by the weights, which
            neither library does by itself.
        """
        scores, batch = read_batch(first, second, sample_weight, self.layer.loss.target_kind)
        given = np.asarray(scores)
        if given.dtype.kind == "f":
            given = given.astype(_STORED, copy=False)
        return self.derivatives(given, batch.target, batch.weight)
