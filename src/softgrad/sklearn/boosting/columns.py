"""Which columns of a data frame hold categories, in fit and after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sklearn.utils.validation import validate_data

from softgrad.errors import DataError
from softgrad.files.schema import Reading, list_of, text
from softgrad.sklearn.estimator import OutputLayerEstimator
from softgrad.sklearn.frames import (
    as_pandas,
    columns_of_categories,
    has_categories,
    with_categories,
)


class KnownColumns(OutputLayerEstimator):
    """An estimator that takes categories and missing values.

    Attributes:
        categories_: the names of the columns of X that held categories.
    """

    _inputs: ClassVar[dict[str, Any]] = {
        **OutputLayerEstimator._inputs,
        "ensure_all_finite": "allow-nan",
    }
    _kept: ClassVar[Mapping[str, Reading]] = {"categories_": list_of(text)}

    def _read_inputs(self, X: Any, *, reset: bool = False) -> Any:
        found = as_pandas(X)
        is_told = has_categories(found)
        names = [str(name) for name in columns_of_categories(found)] if is_told else []
        if reset:
            self.categories_ = names
        elif names != self.categories_:
            raise DataError(
                f"X has categories in the columns {names}; in fit it had them in {self.categories_}"
            )
        if not is_told:
            return super()._read_inputs(found, reset=reset)
        return with_categories(validate_data(self, found, reset=reset, skip_check_array=True))
