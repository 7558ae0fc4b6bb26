"""What all estimators have in common: activation and loss, weights, and the inputs' checks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import validation
from sklearn.utils.validation import check_is_fitted, validate_data

from softgrad.errors import WeightError


class OutputLayerEstimator(BaseEstimator, ABC):
    """An estimator whose scores go through an activation into a loss.

    A subclass has the hyper-parameters `activation` and `loss`; `fit` gives it `output_`, what
    its scores mean, and `_scores(X)`, which computes them.
    """

    #: Which inputs are taken, in the words of `sklearn.utils.validation.check_array`.
    _inputs: ClassVar[dict[str, Any]] = {"dtype": (np.float64, np.float32), "accept_sparse": "csr"}

    output_: Any

    def _read_inputs(self, X: Any, *, reset: bool = False) -> Any:
        """X checked, and its number and names of features with it; reset in `fit` alone."""
        return validate_data(self, X, reset=reset, **self._inputs)

    @abstractmethod
    def _scores(self, X: Any) -> np.ndarray:
        """Raw scores of inputs that were checked, (rows, columns), or (rows,) for one."""

    def _scores_of(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return self._scores(self._read_inputs(X))


def read_weights(sample_weight: Any, X: Any) -> np.ndarray | None:
    """One finite, non-negative weight a row in float64, not all of them 0; None as it is.

    Raises:
        WeightError: negative ones, or only zeros.
    """
    if sample_weight is None:
        return None
    found: np.ndarray = validation._check_sample_weight(sample_weight, X, dtype=np.float64)
    if np.any(found < 0.0):
        raise WeightError("sample_weight has negative entries; expected all >= 0")
    if not np.any(found):
        raise WeightError("sample_weight is 0 for every row; nothing is left to learn from")
    return found
