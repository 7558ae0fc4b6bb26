"""CatBoost with a target a score: its own losses of several targets, one-hot rows, likelihoods."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from catboost import CatBoostClassifier, CatBoostRegressor, Pool, cv
from sklearn.base import clone

import softgrad as sg
from boosting.problems import values, weights_of, wine
from softgrad.boosting import metric, objective
from softgrad.errors import ParameterError, ShapeError, TargetError

FIXED = {
    "iterations": 6,
    "depth": 3,
    "learning_rate": 0.3,
    "thread_count": 1,
    "verbose": 0,
    "allow_writing_files": False,
    "bootstrap_type": "No",
}


def several(activation, loss, **options):
    return objective(activation, loss, library="catboost", **options)


def two_columns() -> tuple[np.ndarray, np.ndarray]:
    X, targets = values()
    return X[:300], np.stack([targets["number"], targets["count"]], axis=1)[:300]


def test_its_own_losses_of_several_targets():
    X, y = two_columns()
    w = weights_of(len(y))
    outputs = several("identity", 0.5 * sg.squared_error, classes=2, curvature="libraries")
    own = CatBoostRegressor(loss_function="MultiRMSE", boost_from_average=False, **FIXED)
    expected = own.fit(X, y, sample_weight=w).predict(X)
    model = CatBoostRegressor(**outputs.params(), **FIXED).fit(X, y, sample_weight=w)
    np.testing.assert_allclose(outputs.predict(model, X), expected, atol=1e-8)

    flags = (y > np.median(y, axis=0)).astype(float)
    labels = several("sigmoid", "cross_entropy", classes=2, targets="rows", curvature="libraries")
    own = CatBoostClassifier(loss_function="MultiLogloss", **FIXED)
    expected = own.fit(X, flags, sample_weight=w).predict_proba(X)
    model = CatBoostRegressor(**labels.params(), **FIXED).fit(X, flags, sample_weight=w)
    np.testing.assert_allclose(labels.predict(model, X), expected, atol=1e-8)
    watched = model.get_best_score()["learn"]["CatBoostRowsMetric"]
    loss = labels.value(labels.raw_scores(model, X), flags, w)
    np.testing.assert_allclose(watched, loss, rtol=1e-6)


def test_one_hot_rows_are_the_labels_with_class_weights_and_smoothing_and_stand_for_any_fold():
    X, y = wine()
    words = {"classes": 3, "class_weight": [1.0, 2.0, 5.0], "label_smoothing": 0.1}
    labels, rows = (
        several("softmax", "focal", **words),
        several("softmax", "focal", targets="rows", **words),
    )
    expected = CatBoostClassifier(**labels.params(), **FIXED).fit(X, y)
    model = CatBoostRegressor(**rows.params(), **FIXED).fit(X, rows.target_rows(y))
    np.testing.assert_allclose(rows.predict(model, X), labels.predict(expected, X), atol=1e-12)
    again, of_rows = (pickle.loads(pickle.dumps(one)) for one in (model, rows))
    np.testing.assert_array_equal(of_rows.predict(again, X), rows.predict(model, X))
    assert clone(model).get_params()["loss_function"] is rows

    kept = y != 0
    fold = CatBoostRegressor(**rows.params(), **FIXED).fit(X[kept], rows.target_rows(y[kept]))
    p = rows.predict(fold, X[kept])
    assert (p[:, 0] < p[:, 1:].max(axis=1)).all()
    assert np.mean(p.argmax(axis=1) == y[kept]) > 0.9

    two = several("softmax", "cross_entropy", classes=2, targets="rows")
    model = CatBoostRegressor(**two.params(), **FIXED).fit(X, two.target_rows(y == 0))
    assert np.mean((two.predict(model, X)[:, 1] > 0.5) == (y == 0)) > 0.9
    assert "class_names" not in two.params()

    params = {**rows.params(), **FIXED}
    found = cv(Pool(X, rows.target_rows(y)), params, fold_count=2, stratified=False,
               as_pandas=False, logging_level="Silent")  # fmt: skip
    losses = found["test-CatBoostRowsMetric-mean"]
    assert losses[-1] < losses[0]


def test_soft_targets_are_rows_of_their_labels_with_weights():
    X, y = (one[:40] for one in wine())
    rows = several("softmax", "cross_entropy", classes=3, targets="rows", curvature="libraries")
    rng = np.random.default_rng(0)
    soft = rng.dirichlet(np.ones(3), size=len(y))
    every = np.concatenate([np.eye(3)[np.full(len(y), k)] for k in range(3)])
    options = {**rows.params(), **FIXED, "l2_leaf_reg": 0.0, "depth": 1, "score_function": "L2"}
    expected = CatBoostRegressor(**options).fit(
        np.tile(X, (3, 1)), every, sample_weight=soft.T.ravel()
    )
    model = CatBoostRegressor(**options).fit(X, soft)
    np.testing.assert_allclose(rows.predict(model, X), rows.predict(expected, X), atol=1e-5)


def test_a_start_stands_for_the_baseline_that_catboost_does_not_take():
    X, y = two_columns()
    start = np.array([1e3, -50.0])
    obj = several("identity", 0.5 * sg.squared_error, classes=2)
    begun = obj.starting_from(start)
    shifted = CatBoostRegressor(**begun.params(), **FIXED).fit(X, obj.target_rows(y + start))
    model = CatBoostRegressor(**obj.params(), **FIXED).fit(X, y)
    expected = obj.predict(model, X)
    np.testing.assert_allclose(obj.predict(shifted, X), expected, atol=1e-4)
    best = [one.get_best_score()["learn"]["CatBoostRowsMetric"] for one in (shifted, model)]
    np.testing.assert_allclose(*best, rtol=1e-5)
    np.testing.assert_allclose(
        obj.predict(shifted, X, base_score=start), expected + start, atol=1e-4
    )
    obj.keep_start(shifted, start)
    np.testing.assert_allclose(shifted.predict(X), expected + start, atol=1e-4)
    assert clone(CatBoostRegressor(**begun.params())).get_params()["loss_function"] is begun
    with pytest.raises(ShapeError, match=r"expected \(2,\)"):
        obj.starting_from([1.0])


@pytest.mark.filterwarnings("ignore:CatBoost hands rows")  # whose steps of 1 suffice here
@pytest.mark.parametrize("loss", ["gaussian", "multi_quantile"])
def test_one_observed_value_with_several_scores(loss):
    X, targets = values()
    X, y = X[:100], targets["number"][:100]
    obj = several("identity", loss)
    rows = obj.target_rows(y)
    assert rows.shape == (100, obj.columns)
    assert (rows == y[:, None]).all()
    model = CatBoostRegressor(**{**FIXED, **obj.params(), "iterations": 15}).fit(X, rows)
    found = obj.predict(model, X)
    layer = sg.OutputLayer("identity", loss)
    assert layer.value(found, y).mean() < 0.9 * layer.value(0.0 * found, y).mean()
    watched = model.get_best_score()["learn"]["CatBoostRowsMetric"]
    np.testing.assert_allclose(watched, layer.value(found, y).mean(), rtol=1e-4)


def test_what_is_no_row_of_targets_is_said():
    with pytest.raises(ParameterError, match="expected none, for one score a row"):
        several("sigmoid", "focal", targets="rows")
    with pytest.raises(ParameterError, match="expected 'rows'"):
        several("identity", "gaussian", targets="labels")
    with pytest.raises(ParameterError, match="targets is for CatBoost"):
        objective("softmax", "focal", library="xgboost", classes=3, targets="rows")
    gaussian = several("identity", "gaussian")
    with pytest.raises(TargetError, match="one observed value a row"):
        gaussian.calc_ders_multi([0.0, 0.0], [1.0, 2.0], 1.0)
    coins = several("sigmoid", "focal", classes=2, targets="rows")
    with pytest.raises(TargetError, match="go from 0 to 2"):
        coins.calc_ders_multi([0.0, 0.0], [0.0, 2.0], 1.0)
    with pytest.raises(TargetError, match="NaN"):
        coins.calc_ders_multi([0.0, 0.0], [0.0, np.nan], 1.0)
    with pytest.raises(ShapeError, match="expected 2 columns"):
        coins.target_rows(np.zeros((4, 3)))
    assert type(metric(coins)).__name__ == "CatBoostRowsMetric"
