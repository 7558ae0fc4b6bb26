"""With curvature="libraries" XGBoost grows the trees that its built-in objectives grow."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
import xgboost as xgb
from sklearn.base import clone

import softgrad as sg
from boosting.problems import digits, seven_classes, values, weights_of, wine
from softgrad.boosting import metric, objective
from softgrad.errors import ParameterError

ONE = {"nthread": 1}


def trees(booster: xgb.Booster) -> list[tuple]:
    """Which feature each node asks for and where it goes: the shape of every tree."""
    frame = booster.trees_to_dataframe()
    return list(zip(frame["ID"], frame["Feature"], frame["Yes"], strict=True))


@pytest.mark.parametrize(
    ("data", "rounds"), [(digits, 15), (wine, 40), (seven_classes, 2)], ids=lambda x: str(x)[:20]
)
def test_softmax_cross_entropy_is_multi_softprob(data, rounds):
    X, y = data()
    classes = int(y.max()) + 1
    dtrain = xgb.DMatrix(X, y, weight=weights_of(len(y)))
    own = {**ONE, "objective": "multi:softprob", "num_class": classes}
    expected = xgb.train(own, dtrain, rounds)
    obj = objective(
        "softmax", "cross_entropy", library="xgboost", curvature="libraries", classes=classes
    )
    params = {**ONE, **obj.params(y, weights_of(len(y)))}
    booster = xgb.train(params, dtrain, rounds, obj=obj)
    assert trees(booster) == trees(expected)
    np.testing.assert_allclose(booster.predict(dtrain), expected.predict(dtrain), atol=1e-5)
    np.testing.assert_allclose(obj.predict(booster, dtrain), expected.predict(dtrain), atol=1e-5)
    np.testing.assert_allclose(obj.predict(booster, X[:5]), expected.predict(dtrain)[:5], atol=1e-5)
    assert obj.explain().startswith("kernel softmax x cross_entropy f32")


SINGLE = {
    "logistic": ("sigmoid", "cross_entropy", "coin", {"objective": "binary:logistic"}),
    "poisson": ("exp", "poisson", "count", {"objective": "count:poisson"}),
    "tweedie": ("exp", sg.Tweedie(rho=1.5), "amount", {"objective": "reg:tweedie"}),
    "gamma": ("exp", sg.Tweedie(rho=2.0), "positive", {"objective": "reg:gamma"}),
    "squares": ("identity", 0.5 * sg.squared_error, "number", {"objective": "reg:squarederror"}),
    "pseudo-huber": ("identity", "pseudo_huber", "number", {"objective": "reg:pseudohubererror"}),
    "absolute": ("identity", "absolute_error", "number", {"objective": "reg:absoluteerror"}),
    "quantile": (
        "identity",
        sg.Quantile(tau=0.3),
        "number",
        {"objective": "reg:quantileerror", "quantile_alpha": 0.3},
    ),
}


@pytest.mark.parametrize("name", SINGLE)
def test_one_score_a_row_gives_the_built_in_model(name):
    activation, loss, kind, own = SINGLE[name]
    X, targets = values()
    y = targets[kind]
    dtrain = xgb.DMatrix(X, y, weight=weights_of(len(y)))
    expected = xgb.train({**ONE, **own}, dtrain, 20)
    obj = objective(activation, loss, library="xgboost", curvature="libraries")
    params = {**ONE, **obj.params(y, weights_of(len(y)))}
    # XGBoost starts Huber from one Newton step, not from the minimum; and whether a median in
    # float32 is above, at or below the row that it was taken from decides that row's sign.
    if name in ("pseudo-huber", "absolute"):
        first = json.loads(xgb.train({**ONE, **own}, dtrain, 1).save_config())
        params["base_score"] = first["learner"]["learner_model_param"]["base_score"]
    booster = xgb.train(params, dtrain, 20, obj=obj)
    scale = np.abs(expected.predict(dtrain)).max()
    np.testing.assert_allclose(
        obj.predict(booster, dtrain), expected.predict(dtrain), atol=1e-5 * scale
    )


def test_weights_are_multiplied_in():
    X, y = wine()
    obj = objective("softmax", "focal", library="xgboost", classes=3)
    twice = np.where(y == 1, 2.0, 1.0)
    repeated = np.repeat(np.arange(len(y)), twice.astype(int))
    params = {**ONE, **obj.params(), "tree_method": "exact"}
    weighted = xgb.train(params, xgb.DMatrix(X, y, weight=twice), 10, obj=obj)
    copied = xgb.train(params, xgb.DMatrix(X[repeated], y[repeated]), 10, obj=obj)
    by_class = objective("softmax", "focal", library="xgboost", classes=3, class_weight={1: 2.0})
    classed = xgb.train(params, xgb.DMatrix(X, y), 10, obj=by_class)
    plain = xgb.train(params, xgb.DMatrix(X, y), 10, obj=obj)
    np.testing.assert_allclose(obj.predict(weighted, X), obj.predict(copied, X), atol=1e-5)
    np.testing.assert_allclose(obj.predict(weighted, X), obj.predict(classed, X), atol=1e-5)
    assert np.abs(obj.predict(weighted, X) - obj.predict(plain, X)).max() > 1e-3


def test_scikit_learns_interface_is_the_native_one():
    X, y = wine()
    w = weights_of(len(y))
    obj = objective("softmax", "focal", library="xgboost", classes=3)
    words = {"n_estimators": 10, "n_jobs": 1, "base_score": 0.5}
    model = xgb.XGBClassifier(objective=obj, eval_metric=metric(obj), **words)
    model.fit(X, y, sample_weight=w, eval_set=[(X, y)], verbose=False)
    native = xgb.train(
        {**ONE, **obj.params(), "base_score": 0.5}, xgb.DMatrix(X, y, weight=w), 10, obj=obj
    )
    np.testing.assert_allclose(model.predict_proba(X), obj.predict(native, X), atol=1e-6)
    np.testing.assert_allclose(obj.predict(model, X), obj.predict(native, X), atol=1e-6)
    watched = model.evals_result()["validation_0"]["softmax-focal"][-1]
    margin = model.predict(X, output_margin=True)
    np.testing.assert_allclose(watched, obj.value(margin, y), rtol=1e-4)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    assert clone(model).fit(X, y).score(X, y) > 0.9


def test_the_metric_is_the_weighted_mean_of_the_own_loss():
    X, y = wine()
    w = weights_of(len(y))
    dtrain = xgb.DMatrix(X, y, weight=w)
    obj = objective("softmax", "cross_entropy", library="xgboost", classes=3)
    seen: dict = {}
    booster = xgb.train(
        {**ONE, **obj.params(y, w)},
        dtrain,
        5,
        obj=obj,
        evals=[(dtrain, "train")],
        custom_metric=metric(obj),
        evals_result=seen,
        verbose_eval=False,
    )
    true = booster.predict(dtrain)[np.arange(len(y)), y]
    expected = -np.sum(w * np.log(true)) / w.sum()
    assert list(seen["train"]) == ["softmax-cross_entropy"]
    np.testing.assert_allclose(seen["train"]["softmax-cross_entropy"][-1], expected, rtol=1e-5)


def test_errors_come_before_the_first_tree():
    X, y = wine()
    obj = objective("softmax", "cross_entropy", library="xgboost", classes=3)
    for labels, rows, message in [(y + 1, len(y), "0..2"), (y, len(y), "num_class")]:
        params = {**ONE, **obj.params()}
        if message == "num_class":
            params["num_class"] = 4
        with pytest.raises(ValueError, match=message):
            xgb.train(params, xgb.DMatrix(X[:rows], labels), 1, obj=obj)


def test_mean_and_log_variance_are_learnt_together():
    X, targets = values()
    y = targets["number"]
    obj = objective("identity", "gaussian", library="xgboost")
    booster = xgb.train({**ONE, **obj.params(y)}, xgb.DMatrix(X, y), 40, obj=obj)
    start = np.tile(obj.base_score(y), (len(y), 1))
    np.testing.assert_allclose(start[0], [y.mean(), np.log(y.var())], rtol=1e-4)
    assert obj.value(obj.predict(booster, X), y) < obj.value(start, y) - 0.3


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


def test_params_train_no_built_in_model_through_scikit_learn():
    X, y = wine()
    obj = objective("softmax", "focal", library="xgboost", classes=3)
    again = pickle.loads(pickle.dumps(obj.params(y)))
    with pytest.raises(ParameterError, match="objective=obj"):
        xgb.XGBClassifier(**again, n_estimators=1).fit(X, y)
    assert json.dumps(obj.params()) == (
        '{"objective": "multi:softprob", "num_class": 3, "disable_default_eval_metric": 1}'
    )
