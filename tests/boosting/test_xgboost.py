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


def test_params_train_no_built_in_model_through_scikit_learn():
    X, y = wine()
    obj = objective("softmax", "focal", library="xgboost", classes=3)
    again = pickle.loads(pickle.dumps(obj.params(y)))
    with pytest.raises(ParameterError, match="objective=obj"):
        xgb.XGBClassifier(**again, n_estimators=1).fit(X, y)
    assert json.dumps(obj.params()) == (
        '{"objective": "multi:softprob", "num_class": 3, "disable_default_eval_metric": 1}'
    )


@pytest.mark.parametrize(
    ("activation", "loss", "classes"),
    [("sigmoid", "focal", None), ("exp", "poisson", None), ("softmax", "focal", 3)],
)
@pytest.mark.parametrize("start", [0.0, -0.75])
def test_a_start_is_given_in_raw_scores(activation, loss, classes, start):
    X, y = wine()
    obj = objective(activation, loss, library="xgboost", classes=classes)
    targets = y if classes else (y > 0).astype(float)
    params = {**ONE, **obj.params(targets, start=start), "eta": 0.0}
    booster = xgb.train(params, xgb.DMatrix(X, targets), 1, obj=obj)
    np.testing.assert_allclose(obj.raw_scores(booster, X), start, atol=1e-6)
