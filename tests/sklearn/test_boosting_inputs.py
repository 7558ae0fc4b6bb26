"""Categories of data frames, and parameters that a library would drop."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_wine

from softgrad.errors import ParameterError
from softgrad.sklearn import BoostingClassifier, BoostingRegressor, load

X, Y = load_wine(return_X_y=True)


@pytest.mark.parametrize("kind", [object, "category"])
@pytest.mark.parametrize("library", ["xgboost", "lightgbm", "catboost"])
def test_categories_are_known_by_their_names(library: str, kind: type, tmp_path: Path) -> None:
    frame = pd.DataFrame({"alcohol": X[:, 0], "kind": np.array(["p", "q", "r"])[Y]})
    frame["kind"] = frame["kind"].astype(kind)
    model = BoostingClassifier(
        library, n_estimators=30, learning_rate=0.5, early_stopping_rounds=2, n_jobs=1
    ).fit(frame, Y)
    assert model.score(frame, Y) == 1.0
    assert model.n_iter_ < 30 or library == "catboost"
    few = pd.DataFrame({"alcohol": X[-3:, 0], "kind": ["r", "r", "r"]})
    few["kind"] = few["kind"].astype(kind)
    expected = model.predict_proba(frame)[-3:]
    np.testing.assert_array_equal(model.predict_proba(few), expected)
    again = load(model.save(tmp_path / "model"))
    np.testing.assert_array_equal(again.predict_proba(few), expected)


@pytest.mark.parametrize(
    ("library", "name", "instead"),
    [
        ("xgboost", "scale_pos_weight", "class_weight"),
        ("lightgbm", "is_unbalance", "class_weight"),
        ("lightgbm", "objective", "loss="),
        ("lightgbm", "metric", "by the loss itself"),
        ("catboost", "eval_metric", "by the loss itself"),
        ("catboost", "iterations", "n_estimators"),
    ],
)
def test_parameters_with_another_name_here_say_so(library: str, name: str, instead: str) -> None:
    model = BoostingClassifier(library).set_params(**{name: 2})
    with pytest.raises(ParameterError, match=f"{name} .*{instead}"):
        model.fit(X, Y)


def test_a_name_that_lightgbm_passes_over_is_an_error() -> None:
    with pytest.raises(ParameterError, match="'max_dept'; did you mean max_depth"):
        BoostingClassifier("lightgbm", max_dept=3).fit(X, Y)


@pytest.mark.parametrize(("library", "name"), [("xgboost", "booster"), ("lightgbm", "boosting")])
def test_dart_is_not_stopped_early(library: str, name: str) -> None:
    model = BoostingClassifier(library, n_estimators=3, n_jobs=1).set_params(**{name: "dart"})
    assert model.fit(X, Y).n_iter_ == 3
    with pytest.raises(ParameterError, match="early_stopping_rounds"):
        model.set_params(early_stopping_rounds=2).fit(X, Y)


def test_linear_trees_start_from_zero() -> None:
    model = BoostingRegressor("lightgbm", linear_tree=True, n_estimators=3, n_jobs=1)
    with pytest.raises(ParameterError, match="start='zero'"):
        model.fit(X[:, 1:], X[:, 0])
    assert model.set_params(start="zero").fit(X[:, 1:], X[:, 0]).n_iter_ == 3
