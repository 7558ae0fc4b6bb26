"""What all estimators have in common: activation and loss, weights, and the inputs' checks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import validation
from sklearn.utils.validation import check_is_fitted, validate_data

from softgrad.errors import StorageError, TargetError, WeightError
from softgrad.files.schema import Reading
from softgrad.sklearn import storage


class OutputLayerEstimator(BaseEstimator, ABC):
    """An estimator whose scores go through an activation into a loss.

    A subclass has the hyper-parameters `activation` and `loss`; `fit` gives it `output_`, what
    its scores mean, and `_scores(X)`, which computes them.
    """

    #: Which inputs are taken, in the words of `sklearn.utils.validation.check_array`.
    _inputs: ClassVar[dict[str, Any]] = {"dtype": (np.float64, np.float32), "accept_sparse": "csr"}

    #: Attributes of a fit that a file keeps beside the model, each with the check of its value.
    _kept: ClassVar[Mapping[str, Reading]] = {}

    #: Whether there are hyper-parameters that the signature does not name.
    _takes_other_parameters: ClassVar[bool] = False

    output_: Any
    n_features_in_: int

    def save(self, path: str | Path) -> Path:
        """Write this fitted estimator to one file, all or nothing: no pickle, nothing to execute.

        `softgrad.sklearn.load` reads it again.

        Raises:
            StorageError: it cannot be written, or a parameter has no form in a file.
            NotFittedError: it was not fitted.
        """
        return storage.save(self, path)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what `save` wrote.

        Raises:
            StorageError: there is no such file, or it is something else, or it is damaged.
        """
        found = storage.load(path)
        if not isinstance(found, cls):
            raise StorageError(f"{path} holds a {type(found).__name__}, not a {cls.__name__}")
        return found

    def _read_inputs(self, X: Any, *, reset: bool = False) -> Any:
        """X checked, and its number and names of features with it; reset in `fit` alone."""
        return validate_data(self, X, reset=reset, **self._inputs)

    def _read_both(self, X: Any, y: Any) -> Any:
        """X of the training data, checked, which has as many rows as y.

        Raises:
            ValueError: y is None, or of another length.
        """
        found = self._read_inputs(X, reset=True)
        if y is None:
            raise TargetError(
                f"{type(self).__name__} requires y to be passed, but the target y is None"
            )
        validation.check_consistent_length(found, y)
        return found

    @abstractmethod
    def _scores(self, X: Any) -> np.ndarray:
        """Raw scores of inputs that were checked, (rows, columns), or (rows,) for one."""

    @abstractmethod
    def _payload(self) -> tuple[str, bytes]:
        """The model in a format of its own: the name of its entry in the file, and its bytes."""

    @abstractmethod
    def _adopt_payload(self, name: str, content: bytes) -> None:
        """Take the model that `_payload` gave; parameters, features and `output_` are set.

        Nothing in the content is trusted: it comes from a file.

        Raises:
            StorageError: it is not what `_payload` gives, or does not fit the rest.
        """

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
