"""Settings of LightGBM that would mislead are found while it trains."""

from __future__ import annotations

import warnings

import lightgbm as lgb
import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

import softgrad as sg
from boosting.problems import values
from softgrad.boosting import metric, objective
from softgrad.errors import ParameterError

QUIET = {"verbosity": -1, "num_threads": 1}


def stopped(obj, **settings):
    """A classifier that stops by a loss of its own on rows that it was not trained on."""
    X, y = load_breast_cancer(return_X_y=True)
    X, others, y, labels = train_test_split(X, y, random_state=0)
    model = lgb.LGBMClassifier(**settings, n_estimators=300, n_jobs=1, verbosity=-1)
    stop = lgb.early_stopping(5, verbose=False)
    words = {"eval_X": others, "eval_y": labels, "eval_metric": metric(obj), "callbacks": [stop]}
    return model.fit(X, y, **words)


def test_params_stop_by_the_own_loss_alone_and_its_lack_is_warned_of():
    obj = objective("sigmoid", sg.Focal(gamma=2.0), library="lightgbm")
    right = stopped(obj, **obj.params())
    assert list(right.best_score_["valid_0"]) == ["sigmoid-focal"]
    with pytest.warns(UserWarning, match="binary_logloss.*metric='none'"):
        wrong = stopped(obj, objective=obj)
    assert wrong.best_iteration_ < right.best_iteration_
    own = "sigmoid-focal"
    assert right.best_score_["valid_0"][own] < 0.5 * wrong.best_score_["valid_0"][own]


def train(obj, y, metrics=None, **settings):
    X, _ = values()
    data = lgb.Dataset(X, y, free_raw_data=False)
    params = {**QUIET, **obj.params(), **settings}
    if metrics is not None:
        params["metric"] = metrics
    return lgb.train(params, data, 2, valid_sets=[lgb.Dataset(X, y, reference=data)])


def test_metrics_that_raw_scores_suit_are_no_trouble():
    _, targets = values()
    coins = objective("sigmoid", "focal", library="lightgbm")
    numbers = objective("identity", "huber", library="lightgbm")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train(coins, targets["coin"], ["auc"])
        train(numbers, targets["number"], "l1,rmse")
    with pytest.warns(UserWarning, match="binary_error"):
        train(coins, targets["coin"], "auc,binary_error")


@pytest.mark.parametrize("setting", [{"scale_pos_weight": 3.0}, {"is_unbalance": True}])
def test_class_weights_that_would_be_ignored_are_refused(setting):
    obj = objective("sigmoid", "focal", library="lightgbm")
    with pytest.raises(ParameterError, match="class_weight"):
        train(obj, values()[1]["coin"], **setting)


def test_a_class_weight_is_scale_pos_weight():
    X, targets = values()
    y = targets["coin"]
    own = {**QUIET, "objective": "binary", "scale_pos_weight": 3.0, "boost_from_average": False}
    expected = lgb.train(own, lgb.Dataset(X, y), 5)
    words = {"library": "lightgbm", "curvature": "libraries", "class_weight": {1: 3.0}}
    obj = objective("sigmoid", "cross_entropy", **words)
    found = lgb.train({**QUIET, **obj.params(), "scale_pos_weight": 1.0}, lgb.Dataset(X, y), 5)
    np.testing.assert_allclose(obj.predict(found, X), expected.predict(X), atol=1e-9)


def test_dropped_trees_are_dropped_as_in_the_built_in_model():
    X, targets = values()
    y = targets["coin"]
    # All of them: which ones a lower rate drops is drawn anew beside any objective of one's own.
    dart = {**QUIET, "boosting": "dart", "drop_rate": 1.0, "skip_drop": 0.0, "max_drop": -1}
    dart["boost_from_average"] = False
    expected = lgb.train({**dart, "objective": "binary"}, lgb.Dataset(X, y), 10)
    obj = objective("sigmoid", "cross_entropy", library="lightgbm", curvature="libraries")
    found = lgb.train({**dart, **obj.params()}, lgb.Dataset(X, y), 10)
    np.testing.assert_allclose(obj.predict(found, X), expected.predict(X), atol=1e-9)
