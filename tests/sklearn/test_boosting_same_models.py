"""An estimator whose pair a library has itself is that library's model."""

from typing import Any

import catboost
import lightgbm
import numpy as np
import pytest
import xgboost
from sklearn.datasets import load_breast_cancer, load_wine

import softgrad as sg
from estimator_problems import values
from softgrad.sklearn import BoostingClassifier, BoostingRegressor

ROUNDS = 15
CATBOOST = {
    "allow_writing_files": False,
    "verbose": False,
    "learning_rate": 0.3,
    "depth": 3,
    "bootstrap_type": "No",
    "leaf_estimation_iterations": 1,
    "leaf_estimation_method": "Newton",
    "thread_count": 1,
}


def theirs(library: str, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The probabilities of the library's own classifier."""
    if library == "xgboost":
        model: Any = xgboost.XGBClassifier(n_estimators=ROUNDS, n_jobs=1)
    elif library == "lightgbm":
        model = lightgbm.LGBMClassifier(n_estimators=ROUNDS, n_jobs=1, verbosity=-1)
    else:
        model = catboost.CatBoostClassifier(iterations=ROUNDS, **CATBOOST)
    return model.fit(X, y).predict_proba(X)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm", "catboost"])
@pytest.mark.parametrize("load", [load_wine, load_breast_cancer])
def test_cross_entropy_is_the_library_s_own_classifier(library: str, load: Any) -> None:
    X, y = load(return_X_y=True)
    X, y = X[::2], y[::2]
    more = {"n_jobs": 1} if library != "catboost" else CATBOOST
    ours = BoostingClassifier(library, n_estimators=ROUNDS, **more).fit(X, y)
    np.testing.assert_allclose(ours.predict_proba(X), theirs(library, X, y), atol=1e-6)


@pytest.mark.parametrize(
    ("name", "activation", "loss"),
    [
        ("reg:squarederror", "identity", "squared_error"),
        ("count:poisson", "exp", "poisson"),
        ("reg:gamma", "exp", sg.Tweedie(rho=2.0)),
        ("reg:tweedie", "exp", sg.Tweedie(rho=1.5)),
    ],
)
def test_regressors_are_those_of_xgboost(name: str, activation: str, loss: Any) -> None:
    X, y = values()
    y = y / 1000.0
    own = xgboost.XGBRegressor(objective=name, n_estimators=ROUNDS, n_jobs=1).fit(X, y)
    ours = BoostingRegressor(
        "xgboost", activation=activation, loss=loss, n_estimators=ROUNDS, n_jobs=1
    )
    np.testing.assert_allclose(ours.fit(X, y).predict(X), own.predict(X), rtol=3e-6)


def test_the_squared_error_is_lightgbm_s_and_catboost_s() -> None:
    X, y = values()
    own = lightgbm.LGBMRegressor(n_estimators=ROUNDS, n_jobs=1, verbosity=-1).fit(X, y)
    ours = BoostingRegressor("lightgbm", n_estimators=ROUNDS, n_jobs=1).fit(X, y)
    np.testing.assert_allclose(ours.predict(X), own.predict(X), rtol=1e-7)
    theirs = catboost.CatBoostRegressor(iterations=ROUNDS, **CATBOOST).fit(X, y)
    mine = BoostingRegressor("catboost", n_estimators=ROUNDS, **CATBOOST).fit(X, y)
    np.testing.assert_allclose(mine.predict(X), theirs.predict(X), rtol=1e-7)
