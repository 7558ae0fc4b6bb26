"""CatBoost: the full matrix, minus signs, and the built-in models."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from catboost import CatBoostClassifier, CatBoostRegressor, Pool

import softgrad as sg
from boosting.problems import values, weights_of, wine
from softgrad.boosting import CURVATURES, objective
from softgrad.errors import ParameterError, TargetError

FIXED = {
    "iterations": 8,
    "depth": 3,
    "learning_rate": 0.1,
    "thread_count": 1,
    "verbose": 0,
    "random_seed": 0,
    "allow_writing_files": False,
    "bootstrap_type": "Bayesian",
}


def test_softmax_cross_entropy_is_multiclass():
    X, y = wine()
    w = weights_of(len(y))
    expected = CatBoostClassifier(loss_function="MultiClass", **FIXED).fit(X, y, sample_weight=w)
    obj = objective(
        "softmax", "cross_entropy", library="catboost", curvature="libraries", classes=3
    )
    model = CatBoostClassifier(**obj.params(), **FIXED).fit(X, y, sample_weight=w)
    np.testing.assert_allclose(obj.predict(model, X), expected.predict_proba(X), atol=1e-8)
    np.testing.assert_array_equal(model.predict(X).ravel(), expected.predict(X).ravel())
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(obj.predict(again, X), obj.predict(model, X))
    # The metric that CatBoost followed is the mean loss: the built-in one reports the same.
    watched = model.get_best_score()["learn"]["CatBoostMetric"]
    np.testing.assert_allclose(watched, expected.get_best_score()["learn"]["MultiClass"], rtol=1e-6)


SINGLE = {
    "Logloss": ("sigmoid", "cross_entropy", "coin", {"boost_from_average": False}),
    "Poisson": ("exp", "poisson", "count", {}),
    "Tweedie:variance_power=1.5": ("exp", sg.Tweedie(rho=1.5), "amount", {}),
    "Huber:delta=0.9": ("identity", sg.Huber(delta=0.9), "number", {}),
    "LogCosh": ("identity", "log_cosh", "number", {}),
    "RMSE": ("identity", 0.5 * sg.squared_error, "number", {"boost_from_average": False}),
    "Quantile:alpha=0.3": (
        "identity",
        sg.Quantile(tau=0.3),
        "number",
        {"boost_from_average": False},
    ),
}


@pytest.mark.parametrize("name", SINGLE)
def test_one_score_a_row_gives_the_built_in_model(name):
    activation, loss, kind, own = SINGLE[name]
    X, targets = values()
    y = targets[kind]
    w = weights_of(len(y))
    make = CatBoostClassifier if kind == "coin" else CatBoostRegressor
    obj = objective(activation, loss, library="catboost", curvature="libraries")
    params = {"leaf_estimation_method": "Newton", **obj.params()}
    same = {"leaf_estimation_method": params["leaf_estimation_method"], **FIXED}
    same["leaf_estimation_iterations"] = 1
    expected = make(loss_function=name, **own, **same).fit(X, y, sample_weight=w)
    model = make(**{**params, **same}).fit(X, y, sample_weight=w)
    np.testing.assert_allclose(
        obj.raw_scores(model, X), expected.predict(X, prediction_type="RawFormulaVal"), atol=1e-6
    )


@pytest.mark.parametrize("loss", ["generalised_cross_entropy", "squared_error"])
def test_catboost_refuses_an_indefinite_matrix_and_takes_every_other(loss):
    X, y = (one[::3] for one in wine())  # the matrices of such losses take 0.5 ms a row
    exact = objective("softmax", loss, library="catboost", curvature="exact", classes=3)
    hostile = {**FIXED, "iterations": 3, "l2_leaf_reg": 0.0, "learning_rate": 0.5}
    with pytest.raises(Exception, match="not positive definite"):
        CatBoostClassifier(**exact.params(), **hostile).fit(X, y)
    mild = {**hostile, "l2_leaf_reg": 3.0, "depth": 2}
    for name in ("auto", "exact-clipped", "fisher", "absolute", "gauss-newton"):
        obj = objective("softmax", loss, library="catboost", curvature=name, classes=3)
        model = CatBoostClassifier(**obj.params(), **mild).fit(X, y)
        assert np.mean(model.predict(X).ravel() == y) > 0.8, name


@pytest.mark.parametrize("name", [n for n, one in CURVATURES.items() if not one.may_be_negative])
def test_matrices_given_to_catboost_are_negative_semi_definite(name):
    rng = np.random.default_rng(0)
    obj = objective(
        "softmax", "generalised_cross_entropy", library="catboost", curvature=name, classes=4
    )
    for label in range(4):
        _, matrix = obj.calc_ders_multi(3.0 * rng.normal(size=4), float(label), 2.0)
        assert np.linalg.eigvalsh(np.array(matrix)).max() < 1e-15


def test_a_baseline_is_where_it_starts():
    X, y = wine()
    obj = objective("softmax", "focal", library="catboost", classes=3)
    start = obj.base_score(y)
    pool = Pool(X, y, baseline=np.tile(start, (len(y), 1)))
    model = CatBoostClassifier(**obj.params(), **FIXED).fit(pool)
    after = obj.predict(model, X, base_score=start)
    p = after[np.arange(len(y)), y]
    focal = np.mean((1 - p) ** 2 * -np.log(p))
    # Without the baseline the same scores would mean other probabilities, and a larger loss.
    q = obj.predict(model, X)[np.arange(len(y)), y]
    assert focal < np.mean((1 - q) ** 2 * -np.log(q))


def test_what_it_cannot_do_is_said():
    obj = objective("softmax", "focal", library="catboost", classes=3)
    with pytest.raises(TargetError, match="class_names"):
        obj.calc_ders_multi([0.0, 0.0, 0.0], 3.0, 1.0)
    with pytest.raises(ParameterError, match="several values"):
        objective("identity", "gaussian", library="catboost")
