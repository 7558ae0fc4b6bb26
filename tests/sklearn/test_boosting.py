"""What the boosting estimators promise beside their models: labels, stops, starts, files."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import GridSearchCV

import softgrad as sg
import softgrad.sklearn
from estimator_problems import LIBRARIES, SMALL, classes, values
from softgrad.errors import PairError, ParameterError, TargetError
from softgrad.sklearn import BoostingClassifier, BoostingRegressor

X, Y = classes()
NAMES = np.array(["ash", "beech", "cedar"])[Y]


def classifier(library: str, **settings: Any) -> BoostingClassifier:
    return BoostingClassifier(library, **{"n_estimators": 8, **SMALL[library], **settings})


def regressor(library: str, **settings: Any) -> BoostingRegressor:
    return BoostingRegressor(library, **{"n_estimators": 8, **SMALL[library], **settings})


@pytest.mark.parametrize("library", LIBRARIES)
def test_early_stopping_looks_at_the_loss_itself(library: str) -> None:
    model = classifier(library, loss="focal", n_estimators=60, early_stopping_rounds=3)
    model.set_params(learning_rate=0.9)
    model.fit(X[:60], NAMES[:60], eval_set=(X[60:], NAMES[60:]))
    curve = model.validation_curves_[-1]
    layer = sg.OutputLayer("softmax", "focal")
    loss = layer.value(model.decision_function(X[60:]), Y[60:], reduction="mean")
    assert len(curve) == model.n_iter_ + 3
    assert model.n_iter_ == 1 + int(np.argmin(curve))
    assert loss == pytest.approx(min(curve), rel=1e-5)


@pytest.mark.parametrize("library", LIBRARIES)
def test_curves_are_the_losses_of_the_model(library: str) -> None:
    A, y = values()
    model = regressor(library, loss="squared_error").fit(A, y)
    assert model.loss_curve_[-1] == pytest.approx(np.mean((model.predict(A) - y) ** 2), rel=1e-4)
    assert len(model.loss_curve_) == model.n_iter_ == 8


def test_a_factor_of_a_loss_is_one_of_its_curves() -> None:
    A, y = values()
    model = regressor("lightgbm", loss=2.0 * sg.absolute_error).fit(A, y)
    wanted = 2.0 * np.abs(model.predict(A) - y).mean()
    assert model.loss_curve_[-1] == pytest.approx(wanted, rel=1e-6)
    model = regressor("lightgbm", loss=2.0 * sg.gaussian).fit(A, y)
    mean, deviation = model.predict(A, return_std=True)
    wanted = np.mean(2.0 * np.log(deviation) + np.square((y - mean) / deviation))
    assert model.loss_curve_[-1] == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("library", LIBRARIES)
def test_warm_start_goes_on_where_the_model_ended(library: str) -> None:
    A, y = values()
    whole = regressor(library, activation="exp", loss="poisson").fit(A, y)
    model = regressor(library, activation="exp", loss="poisson", n_estimators=5, warm_start=True)
    model.fit(A, y).set_params(n_estimators=8).fit(A, y)
    assert model.n_iter_ == 8
    np.testing.assert_allclose(model.predict(A), whole.predict(A), rtol=1e-4)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_file_gives_the_model_back(library: str, tmp_path: Path) -> None:
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = classifier(library, class_weight="balanced").fit(frame, NAMES)
    again = softgrad.sklearn.load(model.save(tmp_path / "model.zip"))
    for other in (again, pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(other.predict_proba(frame), model.predict_proba(frame))
        assert other.predict(frame).tolist() == model.predict(frame).tolist()
    assert again.get_params() == model.get_params()
    assert again.n_iter_ == model.n_iter_
    with pytest.raises(ValueError, match="feature names"):
        again.predict(frame[["d", "c", "b", "a"]])


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_kind_of_input_gives_the_same_model(library: str) -> None:
    wanted = classifier(library).fit(X, NAMES).predict_proba(X)
    kinds = (
        (pd.DataFrame(X), pd.Series(NAMES)),
        (pl.DataFrame(X), pl.Series(NAMES)),
        (np.asfortranarray(X), NAMES.tolist()),
    )
    for inputs, target in kinds:
        found = classifier(library).fit(inputs, target).predict_proba(inputs)
        np.testing.assert_allclose(found, wanted, rtol=1e-6)
    model = classifier(library).fit(sparse.csr_matrix(X), NAMES)
    assert model.score(sparse.csr_matrix(X), NAMES) > 0.8


@pytest.mark.parametrize("library", LIBRARIES)
def test_several_labels_a_row_and_shares_of_classes(library: str) -> None:
    flags = np.stack([Y > 0, X[:, 1] > 0.0], axis=1).astype(int)
    model = classifier(library, n_estimators=20).fit(X, flags)
    assert model.predict(X).shape == flags.shape
    assert model.score(X, flags) > 0.8
    shares = np.eye(3)[Y] * 0.7 + 0.1
    soft = classifier(library, n_estimators=20).fit(X, shares)
    np.testing.assert_allclose(soft.predict_proba(X).mean(axis=0), shares.mean(axis=0), atol=0.02)


@pytest.mark.parametrize("library", LIBRARIES)
def test_two_classes_with_two_scores_and_losses_of_scores(library: str) -> None:
    two = Y < 2
    model = classifier(library, activation="softmax").fit(X[two], NAMES[two])
    assert model.decision_function(X[two]).ndim == 1
    assert model.score(X[two], NAMES[two]) > 0.85
    margins = classifier(library, loss="squared_hinge", curvature="upper-bound").fit(X, NAMES)
    assert margins.score(X, NAMES) > 0.8
    assert not hasattr(margins, "predict_proba")


@pytest.mark.parametrize("library", LIBRARIES)
def test_weights_of_classes_are_weights_of_their_rows(library: str) -> None:
    given = {"ash": 3.0, "beech": 1.0, "cedar": 0.5}
    weights = np.array([given[name] for name in NAMES])
    by_class = classifier(library, class_weight=given).fit(X, NAMES)
    by_row = classifier(library).fit(X, NAMES, weights)
    np.testing.assert_array_equal(by_class.predict_proba(X), by_row.predict_proba(X))


@pytest.mark.parametrize("library", LIBRARIES)
def test_quantiles_ascend_and_a_distribution_has_its_width(library: str) -> None:
    A, y = values()
    rounds = {"n_estimators": 25, "learning_rate": 0.3}
    quantiles = regressor(library, loss=sg.MultiQuantile(tau=(0.1, 0.5, 0.9)), **rounds).fit(A, y)
    found = quantiles.predict(A)
    inside = np.mean((found[:, 0] <= y) & (y <= found[:, 2]))
    assert np.all(np.diff(found, axis=1) >= 0.0)
    assert inside > 0.6
    assert quantiles.score(A, y) > 0.1
    mean, deviation = (
        regressor(library, loss="gaussian", **rounds).fit(A, y).predict(A, return_std=True)
    )
    assert np.corrcoef(mean, y)[0, 1] > 0.8
    assert 0.5 < np.mean(np.abs(y - mean) < deviation) < 0.9


def test_units_of_the_target_change_nothing() -> None:
    A, y = values()
    for loss in ("gaussian", sg.MultiQuantile(tau=(0.2, 0.8))):
        large, small = (regressor("xgboost", loss=loss).fit(A, c * y + 7.0) for c in (1024.0, 1.0))
        np.testing.assert_allclose(
            large.predict(A) - 7.0, 1024.0 * (small.predict(A) - 7.0), rtol=1e-5
        )


def test_a_search_calibration_and_folds_that_lack_a_class() -> None:
    grid = {"loss": ["cross_entropy", "focal"], "max_depth": [1, 2]}
    search = GridSearchCV(classifier("xgboost", early_stopping_rounds=2), grid, cv=2).fit(X, NAMES)
    assert search.best_score_ > 0.8
    assert search.best_estimator_.get_params()["max_depth"] in (1, 2)
    assert clone(search.best_estimator_).get_params() == search.best_estimator_.get_params()
    calibrated = CalibratedClassifierCV(classifier("xgboost"), cv=2).fit(X, NAMES)
    assert calibrated.predict_proba(X).shape == (90, 3)
    folds = [(np.flatnonzero(Y < 2), np.flatnonzero(Y == 2)), (np.arange(60, 90), np.arange(60))]
    lacking = [(train, np.setdiff1d(np.arange(90), train)) for train, _ in folds[:1]]
    model = classifier("xgboost").fit(X[lacking[0][0]], NAMES[lacking[0][0]])
    assert model.classes_.tolist() == ["ash", "beech"]
    assert set(model.predict(X[lacking[0][1]])) <= {"ash", "beech"}


def test_categories_of_a_data_frame_are_categories() -> None:
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 4, 90)
    frame = pd.DataFrame({"kind": np.array(list("pqrs"))[kind], "size": rng.normal(size=90)})
    target = (kind == 2).astype(int)
    for library in LIBRARIES:
        more = {"min_data_per_group": 5, "cat_smooth": 0.0} if library == "lightgbm" else {}
        model = classifier(library, n_estimators=30, **more).fit(frame, target)
        assert model.score(frame, target) > 0.95
        some = frame[frame["kind"] != "p"]  # the codes of categories hang on which there are
        np.testing.assert_array_equal(model.predict(some), model.predict(frame)[some.index])


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"library": "sklearn"}, ValueError, "no library"),
        ({"n_estimators": 0}, ParameterError, "n_estimators"),
        ({"early_stopping_rounds": 2, "validation_fraction": 1.5}, ParameterError, "fraction"),
        ({"start": "mean"}, ParameterError, "start"),
        ({"activation": "softmax", "loss": "poisson"}, PairError, "does not fit"),
        ({"loss": "gaussian"}, PairError, "regressor"),
        ({"label_smoothing": 2.0}, ParameterError, "label_smoothing"),
    ],
)
def test_bad_settings_are_clear_errors(settings: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        classifier("xgboost").set_params(**settings).fit(X, NAMES)


def test_labels_that_training_did_not_have_are_named() -> None:
    two = Y < 2
    with pytest.raises(TargetError, match="cedar"):
        classifier("xgboost").fit(X[two], NAMES[two], eval_set=(X, NAMES))


def test_importances_point_at_the_feature_that_counts() -> None:
    for library in LIBRARIES:
        found = classifier(library).fit(X, NAMES).feature_importances_
        assert found.argmax() == 0
        assert found.sum() == pytest.approx(1.0)
