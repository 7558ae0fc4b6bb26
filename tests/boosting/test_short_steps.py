"""Losses whose steps are bounded are no silent failure on targets of another size."""

from __future__ import annotations

import warnings

import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb

import softgrad as sg
from softgrad.boosting import objective

ROUNDS = 10
RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 3))
Y = X[:, 0] + RNG.standard_t(2, size=300)


def train(library: str, loss, unit: float, curvature: str = "auto"):
    obj = objective("identity", loss, library=library, curvature=curvature)
    y = unit * Y
    if library == "lightgbm":
        data = lgb.Dataset(X, y, init_score=obj.init_score(y))
        model = lgb.train({"verbosity": -1, "num_threads": 1, **obj.params()}, data, ROUNDS)
        return obj.predict(model, X, base_score=obj.base_score(y))
    model = xgb.train({"nthread": 1, **obj.params(y)}, xgb.DMatrix(X, y), ROUNDS, obj=obj)
    return obj.predict(model, X)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
@pytest.mark.parametrize("loss", [sg.Huber(delta=1.0), "pseudo_huber", "log_cosh"])
def test_a_target_of_hundreds_of_steps_is_warned_of_and_one_of_few_is_not(library, loss):
    with pytest.warns(UserWarning, match="steps of .* Divide the target"):
        train(library, loss, 1000.0, "fisher")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train(library, loss, 1.0, "fisher")
        train(library, "squared_error", 1000.0)
        train(library, "absolute_error", 1000.0)
        train(library, sg.Huber(delta=1000.0), 1000.0)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
@pytest.mark.parametrize("loss", [sg.Huber(delta=1.0), "pseudo_huber", "log_cosh"])
def test_by_parabolas_they_learn_whatever_the_unit(library, loss) -> None:
    y = 1000.0 * Y
    error = np.abs(train(library, loss, 1000.0) - y).mean()
    assert error < 0.9 * np.abs(np.median(y) - y).mean()
