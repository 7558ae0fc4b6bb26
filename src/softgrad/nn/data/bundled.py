"""Data sets that come with scikit-learn and need no network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from softgrad.errors import UnknownNameError
from softgrad.nn.data.dataset import Dataset

#: By name, scikit-learn's loader.
BUNDLED: dict[str, str] = {
    "digits": "load_digits",
    "iris": "load_iris",
    "wine": "load_wine",
    "breast_cancer": "load_breast_cancer",
    "diabetes": "load_diabetes",
}


def load_bundled(name: str) -> Dataset:
    """A data set that comes with scikit-learn, by a key of `BUNDLED`."""
    loader_name = BUNDLED.get(name.replace("-", "_"))
    if loader_name is None:
        raise UnknownNameError(f"no bundled data is called {name!r}; known: {', '.join(BUNDLED)}")
    from sklearn import datasets

    loader = cast(Callable[[], Any], getattr(datasets, loader_name))
    bunch = loader()
    is_classes = "target_names" in bunch and loader_name != "load_diabetes"
    targets = np.asarray(bunch.target)
    return Dataset(
        name=name,
        inputs=np.asarray(bunch.data, dtype=np.float64),
        targets=targets.astype(np.int64) if is_classes else targets.astype(np.float64),
        classes=tuple(str(one) for one in bunch.target_names) if is_classes else (),
        features=tuple(str(one) for one in bunch.feature_names),
        one_unit=loader_name == "load_digits",
    )
