"""Boosting that goes on from a model is boosting without a stop, starts included."""

import numpy as np
import pytest
from sklearn.datasets import load_wine

from softgrad.errors import ParameterError
from softgrad.sklearn import BoostingClassifier, BoostingRegressor

X, Y = load_wine(return_X_y=True)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm", "catboost"])
@pytest.mark.parametrize(
    ("kind", "loss", "y"),
    [
        (BoostingClassifier, "focal", Y),
        (BoostingRegressor, "squared_error", X[:, 0]),
        (BoostingRegressor, "gaussian", X[:, 0]),
    ],
)
def test_two_halves_are_the_whole(library: str, kind: type, loss: str, y: np.ndarray) -> None:
    fixed = {"bootstrap_type": "No", "random_strength": 0} if library == "catboost" else {}

    def model(rounds: int, **more: bool):
        return kind(library, loss=loss, n_estimators=rounds, n_jobs=1, **fixed, **more)

    halves = model(3, warm_start=True).fit(X[:, 1:], y).set_params(n_estimators=6).fit(X[:, 1:], y)
    whole = model(6).fit(X[:, 1:], y)
    assert halves.n_iter_ == whole.n_iter_ == 6
    np.testing.assert_allclose(halves.loss_curve_, whole.loss_curve_[3:], rtol=1e-5)
    told = "predict_proba" if kind is BoostingClassifier else "predict"
    np.testing.assert_allclose(
        getattr(halves, told)(X[:, 1:]), getattr(whole, told)(X[:, 1:]), rtol=1e-5
    )


def test_a_model_of_another_library_or_with_other_scores_is_no_start() -> None:
    model = BoostingRegressor("xgboost", n_estimators=2, n_jobs=1, warm_start=True)
    model.fit(X[:, 1:], X[:, 0])
    with pytest.raises(ParameterError, match=r"xgboost with 1 scores .* lightgbm with 1"):
        model.set_params(library="lightgbm").fit(X[:, 1:], X[:, 0])
    with pytest.raises(ParameterError, match="xgboost with 2"):
        model.set_params(library="xgboost", loss="gaussian").fit(X[:, 1:], X[:, 0])
