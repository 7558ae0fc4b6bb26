"""With curvature="libraries" LightGBM trains the model that its built-in objectives train."""

from __future__ import annotations

import pickle

import lightgbm as lgb
import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold

import softgrad as sg
from boosting.problems import digits, seven_classes, values, weights_of, wine
from softgrad.boosting import metric, objective

FIXED = {"num_threads": 1, "verbosity": -1, "deterministic": True, "force_col_wise": True}


@pytest.mark.parametrize(
    ("data", "rounds"), [(digits, 15), (wine, 40), (seven_classes, 2)], ids=lambda x: str(x)[:20]
)
def test_softmax_cross_entropy_is_multiclass(data, rounds):
    X, y = data()
    classes, w = int(y.max()) + 1, weights_of(len(y))
    own = {**FIXED, "objective": "multiclass", "num_class": classes}
    expected = lgb.train(own, lgb.Dataset(X, y, weight=w), rounds)
    obj = objective(
        "softmax", "cross_entropy", library="lightgbm", curvature="libraries", classes=classes
    )
    dataset = lgb.Dataset(X, y, weight=w, init_score=obj.init_score(y, w))
    booster = lgb.train({**FIXED, **obj.params()}, dataset, rounds)
    found = obj.predict(booster, X, base_score=obj.base_score(y, w))
    np.testing.assert_allclose(found, expected.predict(X), atol=1e-5)
    assert obj.explain().startswith("kernel softmax x cross_entropy")


def test_nearly_tied_splits_fall_as_in_the_built_in_model():
    X, y = wine()
    own = {**FIXED, "num_class": 3, "boost_from_average": False}
    words = {"library": "lightgbm", "curvature": "libraries", "classes": 3}
    obj = objective("softmax", "cross_entropy", **words)
    folds = StratifiedKFold(3, shuffle=True, random_state=3).split(X, y)
    rows = list(folds)[2][0]  # float32 scores would grow other trees here
    train = (X[rows], y[rows])
    expected = lgb.train({**own, "objective": "multiclass"}, lgb.Dataset(*train), 10)
    booster = lgb.train({**own, **obj.params()}, lgb.Dataset(*train), 10)
    np.testing.assert_allclose(obj.predict(booster, X), expected.predict(X), atol=1e-12)


SINGLE = {
    "binary": ("sigmoid", "cross_entropy", "coin", {"objective": "binary"}),
    "poisson": ("exp", "poisson", "count", {"objective": "poisson"}),
    "tweedie": ("exp", sg.Tweedie(rho=1.5), "amount", {"objective": "tweedie"}),
    "gamma": ("exp", sg.Tweedie(rho=2.0), "positive", {"objective": "gamma"}),
    "squares": ("identity", 0.5 * sg.squared_error, "number", {"objective": "regression"}),
    "huber": ("identity", sg.Huber(delta=0.9), "number", {"objective": "huber", "alpha": 0.9}),
}


@pytest.mark.parametrize("name", SINGLE)
def test_one_score_a_row_gives_the_built_in_model(name):
    activation, loss, kind, own = SINGLE[name]
    X, targets = values()
    y = targets[kind]
    w = weights_of(len(y))
    expected = lgb.train(
        {**FIXED, **own, "boost_from_average": False}, lgb.Dataset(X, y, weight=w), 20
    )
    obj = objective(activation, loss, library="lightgbm", curvature="libraries")
    booster = lgb.train({**FIXED, **obj.params()}, lgb.Dataset(X, y, weight=w), 20)
    scale = np.abs(expected.predict(X)).max()
    np.testing.assert_allclose(obj.predict(booster, X), expected.predict(X), atol=1e-6 * scale)


def test_one_coin_a_class_is_multiclassova():
    X, y = wine()
    own = {**FIXED, "objective": "multiclassova", "num_class": 3, "boost_from_average": False}
    expected = lgb.train(own, lgb.Dataset(X, y), 20)
    obj = objective(
        "sigmoid", "cross_entropy", library="lightgbm", curvature="libraries", classes=3
    )
    booster = lgb.train({**FIXED, **obj.params()}, lgb.Dataset(X, y), 20)
    np.testing.assert_allclose(obj.predict(booster, X), expected.predict(X), atol=1e-6)


def test_scikit_learns_interface_is_the_native_one():
    X, y = wine()
    w = weights_of(len(y))
    obj = objective("softmax", "focal", library="lightgbm", classes=3)
    model = lgb.LGBMClassifier(**obj.params(), n_estimators=10, n_jobs=1, verbosity=-1)
    model.fit(X, y, sample_weight=w, eval_X=X, eval_y=y, eval_metric=metric(obj))
    native = lgb.train({**FIXED, **obj.params()}, lgb.Dataset(X, y, weight=w), 10)
    np.testing.assert_allclose(obj.predict(model, X), obj.predict(native, X), atol=1e-9)
    (name,) = model.evals_result_
    watched = model.evals_result_[name]["softmax-focal"][-1]
    np.testing.assert_allclose(watched, obj.value(native.predict(X, raw_score=True), y), rtol=1e-9)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(obj.predict(again, X), obj.predict(model, X))
    unweighted = lgb.LGBMClassifier(objective=obj, n_estimators=10, n_jobs=1, verbosity=-1)
    other = obj.predict(unweighted.fit(X, y), X)
    assert np.abs(other - obj.predict(model, X)).max() > 1e-4


def test_the_native_metric_sees_the_start():
    X, y = wine()
    obj = objective("softmax", "focal", library="lightgbm", classes=3, class_weight=[1, 2, 3])
    start = obj.init_score(y)
    train = lgb.Dataset(X, y, init_score=start)
    seen: dict = {}
    lgb.train(
        {**FIXED, **obj.params(), "learning_rate": 1e-9},
        train,
        1,
        valid_sets=[train],
        feval=metric(obj),
        callbacks=[lgb.record_evaluation(seen)],
    )
    (watched,) = seen["training"]["softmax-focal"]
    p = sg.softmax(start)[np.arange(len(y)), y]
    w = np.array([1.0, 2.0, 3.0])[y]
    expected = np.sum(w * (1 - p) ** 2 * -np.log(p)) / w.sum()
    np.testing.assert_allclose(watched, expected, rtol=1e-6)
