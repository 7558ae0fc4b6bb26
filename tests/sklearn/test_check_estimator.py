"""scikit-learn's own checks of an estimator pass, all of them."""

from typing import Any

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from softgrad.sklearn import (
    BoostingClassifier,
    BoostingRegressor,
    LinearClassifier,
    LinearRegressor,
    NetworkClassifier,
    NetworkRegressor,
)

ESTIMATORS = [
    BoostingClassifier(n_jobs=1),
    BoostingRegressor(n_jobs=1),
    LinearClassifier(),
    LinearRegressor(),
    NetworkClassifier(epochs=60),
    NetworkRegressor(),
]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(ESTIMATORS)
def test_scikit_learns_checks_pass(estimator: Any, check: Any) -> None:
    check(estimator)
