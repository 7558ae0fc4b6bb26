"""Rounds of boosting: the loss after each, which one is kept, and those that are added later."""

from typing import Any

import numpy as np
import pytest

import softgrad as sg
from estimator_problems import LIBRARIES, SMALL, classes, values
from softgrad.catalogue import find_loss
from softgrad.errors import ParameterError
from softgrad.sklearn import BoostingClassifier, BoostingRegressor

A, V = values()
X, Y = classes()
WEIGHTS = np.linspace(0.0, 2.0, len(V))
# LightGBM's DART draws other trees from one fit to the next beside an objective from outside.
SETTINGS = [
    ("xgboost", {"subsample": 0.5}),
    ("xgboost", {"booster": "dart", "rate_drop": 0.7}),
    ("lightgbm", {"bagging_fraction": 0.5, "bagging_freq": 1}),
]


def regressor(library: str, **settings: Any) -> Any:
    given: dict[str, Any] = {
        "n_estimators": 5,
        "random_state": 0,
        "n_jobs": 1,
        **SMALL[library],
        **settings,
    }
    return BoostingRegressor(library, **given)


@pytest.mark.parametrize(("library", "rounds"), SETTINGS)
@pytest.mark.parametrize("loss", ["squared_error", "absolute_error"])
def test_the_curve_has_the_loss_of_each_shorter_training(
    library: str, rounds: dict[str, Any], loss: str
) -> None:
    settings = {"loss": loss, "learning_rate": 0.5, **rounds}
    curve = regressor(library, **settings).fit(A, V, WEIGHTS).loss_curve_
    wanted = list[float]()
    for count in range(1, 6):
        model = regressor(library, **settings, n_estimators=count).fit(A, V, WEIGHTS)
        losses = find_loss(loss)(model.predict(A)[:, None], V[:, None])
        wanted.append(float(np.average(losses, weights=WEIGHTS)))
    assert curve == pytest.approx(wanted, rel=1e-5)


def test_the_loss_of_lightgbms_dart_is_that_of_all_its_trees() -> None:
    model = regressor("lightgbm", boosting="dart", drop_rate=0.7, skip_drop=0.0).fit(A, V)
    wanted: float = np.mean((model.predict(A) - V) ** 2)
    assert model.loss_curve_[-1] == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_curve_is_whole_where_training_stops_early(library: str) -> None:
    model = regressor(library, n_estimators=90, early_stopping_rounds=2, learning_rate=0.9)
    model.fit(A[::2], V[::2], eval_set=(A[1::2], V[1::2]))
    assert len(model.loss_curve_) == len(model.validation_curves_[0]) == model.n_iter_ + 2
    loss: float = np.mean((model.predict(A[::2]) - V[::2]) ** 2)
    assert model.loss_curve_[model.n_iter_ - 1] == pytest.approx(loss, rel=1e-5)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_fit_that_goes_on_keeps_no_worse_model(library: str) -> None:
    model = regressor(library, n_estimators=90, early_stopping_rounds=2, learning_rate=0.9)
    model.set_params(warm_start=True)
    told = {"eval_set": (A[1::2], V[1::2])}
    first = model.fit(A[::2], V[::2], **told).score(A[1::2], V[1::2])
    rounds = model.n_iter_
    again = model.set_params(n_estimators=99).fit(A[::2], V[::2], **told)
    assert again.score(A[1::2], V[1::2]) >= first
    assert len(again.loss_curve_) >= 2
    assert again.n_iter_ == rounds or library == "catboost"  # whose later trees are other ones


def test_a_model_of_catboost_that_was_cut_goes_on_from_its_predictions() -> None:
    model = regressor("catboost", n_estimators=90, early_stopping_rounds=2, learning_rate=0.9)
    first = model.set_params(warm_start=True).fit(A, V + 100.0).predict(A)
    rounds = model.n_iter_
    model.set_params(n_estimators=rounds + 1, early_stopping_rounds=None, learning_rate=1e-6)
    assert model.fit(A, V + 100.0).predict(A) == pytest.approx(first, rel=1e-6)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "gaussian"])
def test_a_constant_target_is_learnt(library: str, loss: str) -> None:
    model = regressor(library, loss=loss, n_estimators=2).fit(A, np.full(len(A), 3.0))
    assert model.predict(A[:5]) == pytest.approx(3.0)


def test_catboost_says_that_it_cannot_go_on_without_a_class() -> None:
    model = BoostingClassifier("catboost", n_estimators=2, warm_start=True, **SMALL["catboost"])
    model.fit(X, Y).set_params(n_estimators=3)
    with pytest.raises(ParameterError, match="y lacks rows of a class"):
        model.fit(X[Y < 2], Y[Y < 2])


def test_newton_leaves_learn_quantiles_faster_in_catboost() -> None:
    loss = sg.MultiQuantile(tau=(0.1, 0.5, 0.9))
    told: dict[str, Any] = {"loss": loss, "learning_rate": 0.3}
    ours, theirs = (
        regressor("catboost", **told, **leaves).fit(A, V).loss_curve_[-1]
        for leaves in ({}, {"leaf_estimation_method": "Gradient"})
    )
    assert ours < 0.95 * theirs


def test_names_that_xgboost_has_for_itself_are_only_ours() -> None:
    pandas = pytest.importorskip("pandas")
    names = [f"x[{number}]<" for number in range(A.shape[1])]
    frame = pandas.DataFrame(A, columns=names)
    model, plain = regressor("xgboost").fit(frame, V), regressor("xgboost").fit(A, V)
    assert list(model.feature_names_in_) == names
    assert np.array_equal(model.predict(frame), plain.predict(A))
    assert np.array_equal(model.feature_importances_, plain.feature_importances_)
