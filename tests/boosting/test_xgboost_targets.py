"""What XGBoost is told of a target a score, and of activations that it lacks."""

from __future__ import annotations

import numpy as np
import pytest
import xgboost as xgb

import softgrad as sg
from boosting.problems import values, wine
from softgrad.boosting import objective

ONE = {"nthread": 1}


def rows_of_targets() -> dict[str, tuple]:
    X, targets = values()
    coins = np.stack([targets["coin"], (X[:, 2] > 0.5).astype(float)], axis=1)
    counts = np.stack([targets["count"], targets["count"][::-1]], axis=1)
    numbers = np.stack([targets["number"], X[:, 1] ** 2], axis=1)
    levels = {"objective": "reg:quantileerror", "quantile_alpha": [0.2, 0.9]}
    return {
        "coins": ("sigmoid", "cross_entropy", coins, {"objective": "binary:logistic"}),
        "counts": ("exp", "poisson", counts, {"objective": "count:poisson"}),
        "numbers": ("identity", 0.5 * sg.squared_error, numbers, {"objective": "reg:squarederror"}),
        "quantiles": ("identity", sg.MultiQuantile(tau=(0.2, 0.9)), targets["number"], levels),
    }


@pytest.mark.parametrize("name", rows_of_targets())
def test_a_target_a_score_gives_the_built_in_model_of_several_targets(name):
    activation, loss, Y, own = rows_of_targets()[name]
    X, _ = values()
    dtrain = xgb.DMatrix(X, Y)
    classes = None if name == "quantiles" else 2
    words = {"library": "xgboost", "curvature": "libraries", "classes": classes}
    obj = objective(activation, loss, **words)
    params = {**ONE, **obj.params(Y)}
    assert params["objective"] == own["objective"]
    if name == "quantiles":  # from off the row that a quantile is, whose sign is a matter of taste
        params["base_score"] = [start + 1e-3 for start in params["base_score"]]
    booster = xgb.train(params, dtrain, 10, obj=obj)
    expected = xgb.train({**ONE, **own, "base_score": params["base_score"]}, dtrain, 10)
    scale = np.abs(expected.predict(dtrain)).max()
    for found in (booster.predict(dtrain), obj.predict(booster, X)):
        np.testing.assert_allclose(found, expected.predict(dtrain), atol=1e-5 * scale)


def test_one_hot_rows_train_the_model_of_the_labels_and_predict_raw_scores():
    X, y = wine()
    obj = objective("softmax", "focal", library="xgboost", classes=3)
    Y = np.eye(3)[y]
    of_labels = xgb.train({**ONE, **obj.params(y)}, xgb.DMatrix(X, y), 10, obj=obj)
    params = {**ONE, **obj.params(Y), "base_score": obj.params(y)["base_score"]}
    of_rows = xgb.train(params, xgb.DMatrix(X, Y), 10, obj=obj)
    np.testing.assert_allclose(obj.predict(of_rows, X), obj.predict(of_labels, X), atol=1e-6)
    scores = of_labels.predict(xgb.DMatrix(X), output_margin=True)
    np.testing.assert_allclose(of_rows.predict(xgb.DMatrix(X)), scores, atol=1e-5)


@pytest.mark.parametrize(
    ("activation", "loss", "classes"),
    [
        ("identity", "gaussian", None),
        ("sparsemax", "fenchel_young", 3),
        (sg.Softmax(temperature=2.0), "cross_entropy", 3),
        ("identity", sg.MultiQuantile(tau=(0.1, 0.9), crossing=1.0), None),
    ],
)
def test_an_activation_that_xgboost_lacks_leaves_raw_scores_as_they_are(activation, loss, classes):
    X, y = wine()
    obj = objective(activation, loss, library="xgboost", classes=classes)
    booster = xgb.train({**ONE, **obj.params(y)}, xgb.DMatrix(X, y), 3, obj=obj)
    scores = booster.predict(xgb.DMatrix(X))
    np.testing.assert_array_equal(scores, booster.predict(xgb.DMatrix(X), output_margin=True))
    np.testing.assert_allclose(obj.layer.predict(scores), obj.predict(booster, X))
