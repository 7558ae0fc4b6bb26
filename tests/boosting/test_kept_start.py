"""The start of training, in predictions and in the model itself."""

from __future__ import annotations

import catboost as cb
import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb

import softgrad as sg
from boosting.problems import values, wine
from softgrad.boosting import objective
from softgrad.errors import CapabilityError, ParameterError, ShapeError

FIXED = {"num_threads": 1, "verbosity": -1, "deterministic": True, "force_col_wise": True}


def problem(kind: str):
    if kind == "classes":
        return *wine(), objective("softmax", "focal", library="lightgbm", classes=3)
    X, targets = values()
    return X, targets["count"], objective("exp", "poisson", library="lightgbm")


@pytest.mark.parametrize("kind", ["classes", "count"])
def test_a_kept_start_is_in_predictions_contributions_copies_and_further_training(kind):
    X, y, obj = problem(kind)
    params, start = {**FIXED, **obj.params()}, obj.base_score(y)
    full = lgb.train(params, lgb.Dataset(X, y, init_score=obj.init_score(y)), 8)
    expected = obj.predict(full, X, base_score=start)
    part = lgb.train(params, lgb.Dataset(X, y, init_score=obj.init_score(y)), 4)
    assert obj.keep_start(part, start) is part
    longer = lgb.train(params, lgb.Dataset(X, y), 4, init_model=part)
    np.testing.assert_allclose(obj.predict(longer, X), expected, rtol=1e-6)
    obj.keep_start(full, start)
    copy = lgb.Booster(model_str=full.model_to_string())
    for model in (full, copy):
        np.testing.assert_allclose(obj.predict(model, X), expected, rtol=1e-9)
    shares = copy.predict(X, pred_contrib=True).reshape(len(X), obj.columns, -1).sum(axis=-1)
    shares = shares[:, 0] if obj.columns == 1 else shares
    np.testing.assert_allclose(obj.layer.predict(shares), expected, rtol=1e-9)


def test_the_start_of_a_scikit_learn_model_and_of_a_tree_without_a_split():
    X, y, obj = problem("classes")
    model = lgb.LGBMClassifier(**obj.params(), n_estimators=1, min_gain_to_split=1e9, verbosity=-1)
    model.fit(X, y, init_score=obj.init_score(y))
    obj.keep_start(model, obj.base_score(y))
    flat = obj.layer.predict(obj.base_score(y))
    np.testing.assert_allclose(obj.predict(model, X[:1])[0], flat, rtol=1e-12)


def test_catboost_keeps_the_start_as_its_bias():
    X, targets = values()
    obj = objective("exp", "poisson", library="catboost")
    words = {"verbose": 0, "allow_writing_files": False, "thread_count": 1}
    model = cb.CatBoostRegressor(**obj.params(), iterations=3, **words)
    start = obj.base_score(targets["count"])
    model.fit(cb.Pool(X, targets["count"], baseline=np.full(len(X), start[0])))
    expected = obj.predict(model, X, base_score=start)
    np.testing.assert_allclose(obj.predict(obj.keep_start(model, start), X), expected)


@pytest.mark.parametrize("kind", ["classes", "count"])
def test_starts_of_every_shape_are_added_in_predict(kind):
    X, y, obj = problem(kind)
    booster = lgb.train({**FIXED, **obj.params()}, lgb.Dataset(X, y), 2)
    scores, rows = booster.predict(X, raw_score=True), len(X)
    shapes = [(), (1,), (rows,), (rows, 1)] if obj.columns == 1 else [(), (3,), (rows, 3)]
    for shape in shapes:
        start = np.random.default_rng(0).normal(size=shape)
        added = start.reshape(-1) if obj.columns == 1 else start
        found = obj.predict(booster, X, base_score=start)
        np.testing.assert_allclose(found, obj.layer.predict(scores + added), rtol=1e-12)
    with pytest.raises(ShapeError, match="base_score"):
        obj.predict(booster, X, base_score=np.zeros(rows + 1))


def test_margins_of_xgboost_are_given_to_predict_as_they_were_to_training():
    X, y = wine()
    obj = objective("softmax", "focal", library="xgboost", classes=3)
    margin = np.random.default_rng(0).normal(size=(len(y), 3)).astype(np.float32)
    dtrain = xgb.DMatrix(X, y, base_margin=margin)
    booster = xgb.train({"nthread": 1, **obj.params(), "base_score": 0.0}, dtrain, 3, obj=obj)
    expected = booster.predict(dtrain)
    np.testing.assert_allclose(obj.predict(booster, X, base_score=margin), expected, atol=1e-6)


def test_what_cannot_be_kept_is_refused():
    X, y, obj = problem("classes")
    booster = lgb.train({**FIXED, **obj.params(), "linear_tree": True}, lgb.Dataset(X, y), 1)
    with pytest.raises(CapabilityError, match="linear"):
        obj.keep_start(booster, np.zeros(3))
    for wrong in (np.zeros(2), np.zeros((len(y), 3)), np.full(3, np.nan)):
        with pytest.raises(ShapeError, match="base_score"):
            obj.keep_start(booster, wrong)
    other = objective("softmax", sg.Focal(), library="xgboost", classes=3)
    with pytest.raises(ParameterError, match="params"):
        other.keep_start(None, np.zeros(3))
    bare = lgb.Dataset(X, y, params=FIXED)
    with pytest.raises(ParameterError, match="no tree"):
        obj.keep_start(lgb.Booster({"num_class": 3, "objective": "none"}, bare), np.zeros(3))
