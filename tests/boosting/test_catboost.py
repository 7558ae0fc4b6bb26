"""CatBoost: the full matrix, minus signs, and the built-in models."""

from __future__ import annotations

import pickle
from copy import copy, deepcopy

import numpy as np
import pytest
from catboost import CatBoostClassifier, CatBoostRegressor, Pool, cv
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

import softgrad as sg
from boosting.problems import values, weights_of, wine
from softgrad.boosting import CURVATURES, metric, objective
from softgrad.errors import DataError, ParameterError, TargetError

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


@pytest.mark.filterwarnings("ignore:curvature")  # of a quantile, whose steps are short
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


@pytest.mark.parametrize("names", [[0, 1], ["no", "yes"], [-1, 1], [False, True]])
def test_class_weights_of_two_classes_count_whatever_the_labels_are(names):
    X, targets = values()
    y = np.array(names)[targets["coin"].astype(int)]
    obj = objective("sigmoid", "cross_entropy", library="catboost", curvature="libraries")
    weighted = {**FIXED, "class_weights": [1.0, 10.0], "leaf_estimation_iterations": 1}
    weighted["leaf_estimation_method"] = "Newton"
    own = CatBoostClassifier(boost_from_average=False, class_names=names, **weighted).fit(X, y)
    model = CatBoostClassifier(**obj.params(y), **weighted).fit(X, y)
    np.testing.assert_allclose(obj.predict(model, X), own.predict_proba(X)[:, 1], atol=1e-6)
    np.testing.assert_array_equal(model.predict(X), own.predict(X))


def test_names_of_classes_come_from_labels():
    two = objective("sigmoid", "focal", library="catboost")
    three = objective("softmax", "focal", library="catboost", classes=3)
    assert two.params()["class_names"] == (0, 1)
    assert two.params([1.0, 1.0])["class_names"] == (0, 1)
    assert "class_names" not in two.params([0.2, 1.0])
    assert "class_names" not in objective("exp", "poisson", library="catboost").params([1, 2])
    assert three.params(["b", "a", "c", "a"])["class_names"] == ("a", "b", "c")
    assert three.params([0, 2])["class_names"] == (0, 1, 2)
    with pytest.raises(TargetError, match="2 different labels, such as"):
        three.params(["a", "b"])
    with pytest.raises(TargetError, match="3 different labels, such as"):
        two.params(["a", "b", "c"])


def test_what_it_cannot_do_is_said():
    X, y = wine()
    obj = objective("softmax", "focal", library="catboost", classes=3)
    with pytest.raises(TargetError, match="class_names"):
        obj.calc_ders_multi([0.0, 0.0, 0.0], 3.0, 1.0)
    with pytest.raises(DataError, match="NaN or infinite"):
        obj.calc_ders_multi([0.0, np.nan, 0.0], 1.0, 1.0)
    with pytest.raises(ParameterError, match="hands one score a row; use 'sigmoid'"):
        objective("softmax", "focal", library="catboost", classes=2)
    for rows, names in [(y != 0, (0, 1, 2)), (y < 2, (0, 1))]:  # renumbered; one score of two
        params = {**obj.params(), "class_names": names, **FIXED}
        with pytest.raises(Exception, match=r"of the 3 scores .* targets='rows'"):
            CatBoostClassifier(**params).fit(X[rows], y[rows])
    coin = objective("sigmoid", "focal", library="catboost")
    with pytest.raises(Exception, match="hands 3 of the 1 scores"):
        CatBoostClassifier(**{**coin.params(), "class_names": (0, 1, 2), **FIXED}).fit(X, y)


LIBRARIES = ("xgboost", "lightgbm", "catboost")


def test_cross_validation_and_copies():
    X, y = wine()
    every = {
        loss: objective("softmax", loss, library="catboost", classes=3)
        for loss in ("focal", "cross_entropy")
    }
    obj = every["focal"]
    assert clone(CatBoostClassifier(**obj.params(), **FIXED)).get_params()["loss_function"] is obj
    grid = GridSearchCV(
        CatBoostClassifier(**obj.params(), **FIXED),
        {"loss_function": list(every.values())},
        cv=2,
    )
    assert grid.fit(X, y).best_score_ > 0.8
    # CatBoost's own losses of several classes, too, want the count and not the names here.
    counted = {**obj.params(), **FIXED, "classes_count": 3}
    del counted["class_names"]
    found = cv(Pool(X, y), counted, fold_count=2, as_pandas=False, logging_level="Silent")
    assert found["test-CatBoostMetric-mean"][-1] < found["test-CatBoostMetric-mean"][0]
    made = [objective("sigmoid", "focal", library=one) for one in LIBRARIES]
    made += [objective("softmax", "focal", library=one, groups=True) for one in LIBRARIES[:2]]
    for own in made:
        watched = metric(own)
        assert copy(own) is deepcopy(own) is own
        assert copy(watched) is deepcopy(watched) is watched


def test_the_matrix_is_worked_out_when_it_is_looked_at():
    # CatBoost looks at gradients alone for a tree's splits.
    seen = []
    obj = objective("softmax", "focal", library="catboost", classes=3)
    obj._matrix = lambda *_: seen.append(1) or [[1.0]]
    _, matrix = obj.calc_ders_multi([0.0, 0.0, 0.0], 1.0, 1.0)
    assert not seen
    assert list(matrix) == [[1.0]]
    assert seen == [1]
