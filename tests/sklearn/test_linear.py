"""A linear map has the models of scikit-learn where the objective is the same, and more."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import (
    LogisticRegression,
    PoissonRegressor,
    QuantileRegressor,
    Ridge,
    TweedieRegressor,
)
from sklearn.metrics import mean_pinball_loss
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import softgrad as sg
from softgrad.errors import ParameterError
from softgrad.sklearn import LinearClassifier, LinearRegressor
from softgrad.sklearn.linear.descent import Descent
from softgrad.sklearn.linear.objective import Data, Objective

RNG = np.random.default_rng(15)
ROWS = 300
# Features of sizes from 1e-3 to 1e2, far from 0: nothing is scaled before a fit.
X = RNG.normal(size=(ROWS, 5)) * [1.0, 10.0, 100.0, 1e-3, 1.0] + 5.0
Y = X @ [1.0, 0.2, 0.01, 300.0, 0.0] + RNG.standard_t(4, size=ROWS)
COUNTS = RNG.poisson(np.exp((Y - Y.mean()) / Y.std()))
WEIGHTS = RNG.integers(0, 4, size=ROWS).astype(float)
WINE, CULTIVARS = load_wine(return_X_y=True)
SOLVERS = ["newton-cg", "lbfgs"]


def log_loss(model: Any, X: Any, y: Any, C: float) -> float:
    p = model.predict_proba(X)[np.arange(len(y)), np.searchsorted(model.classes_, y)]
    return float(-C * np.sum(np.log(p)) + 0.5 * np.sum(model.coef_**2))


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("solver", SOLVERS)
def test_the_default_is_logistic_regression(solver: str, classes: int) -> None:
    rows = classes > CULTIVARS
    X, y = StandardScaler().fit_transform(WINE[rows]), np.array(["a", "b", "c"])[CULTIVARS[rows]]
    theirs = LogisticRegression(C=0.5, solver="newton-cholesky", tol=1e-12).fit(X, y)
    ours = LinearClassifier(C=0.5, solver=solver).fit(X, y)
    least = log_loss(theirs, X, y, 0.5)
    assert log_loss(ours, X, y, 0.5) == pytest.approx(least, rel=1e-6)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-4)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-5)
    assert (ours.predict(X) == theirs.predict(X)).all()


@pytest.mark.parametrize("solver", SOLVERS)
def test_features_need_no_scaling(solver: str) -> None:
    """LogisticRegression's L-BFGS ends with a warning here."""
    theirs = LogisticRegression(solver="newton-cholesky", tol=1e-10).fit(WINE, CULTIVARS)
    ours = LinearClassifier(solver=solver).fit(WINE, CULTIVARS)
    least = log_loss(theirs, WINE, CULTIVARS, 1.0)
    assert log_loss(ours, WINE, CULTIVARS, 1.0) == pytest.approx(least, rel=1e-6)


@pytest.mark.parametrize("solver", SOLVERS)
def test_weights_of_rows_and_classes_are_those_of_scikit_learn(solver: str) -> None:
    X = StandardScaler().fit_transform(WINE)
    weights = RNG.uniform(size=len(X))
    settings: dict[str, Any] = {"class_weight": {0: 2.0, 2: 0.5}}
    theirs = LogisticRegression(solver="newton-cholesky", tol=1e-12, **settings)
    ours = LinearClassifier(solver=solver, **settings).fit(X, CULTIVARS, weights)
    np.testing.assert_allclose(
        ours.coef_, theirs.fit(X, CULTIVARS, weights).coef_, rtol=1e-3, atol=1e-4
    )


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("solver", SOLVERS)
def test_squared_error_is_ridge(solver: str, fit_intercept: bool) -> None:
    y = np.stack([Y, -2.0 * Y + X[:, 0]], axis=1)
    ours = LinearRegressor(alpha=2.0, solver=solver, fit_intercept=fit_intercept, tol=1e-9)
    theirs = Ridge(alpha=2.0, fit_intercept=fit_intercept, solver="cholesky", tol=1e-12)
    ours.fit(X, y, WEIGHTS)
    theirs.fit(X, y, WEIGHTS)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-5)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-6)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("power", [1.0, 1.5, 2.0])
def test_rates_are_those_of_generalised_linear_models(power: float, solver: str) -> None:
    y = COUNTS + (0.5 if power == 2.0 else 0.0)
    if power == 1.0:
        theirs, loss = PoissonRegressor(alpha=0.1, tol=1e-9, solver="newton-cholesky"), "poisson"
    else:
        theirs = TweedieRegressor(
            power=power, alpha=0.1, link="log", tol=1e-9, solver="newton-cholesky"
        )
        loss = sg.Tweedie(rho=power)
    ours = LinearRegressor(
        activation="exp", loss=loss, alpha=0.1 * WEIGHTS.sum() / 2.0, solver=solver, tol=1e-8
    )
    np.testing.assert_allclose(
        ours.fit(X, y, WEIGHTS).coef_[0], theirs.fit(X, y, WEIGHTS).coef_, rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize("tau", [0.1, 0.5, 0.8])
def test_quantiles_are_those_of_linear_programming(tau: float) -> None:
    least = QuantileRegressor(quantile=tau, alpha=0.0).fit(X, Y).predict(X)
    ours = LinearRegressor(loss=sg.Quantile(tau=tau), alpha=0.0).fit(X, Y).predict(X)
    best = mean_pinball_loss(Y, least, alpha=tau)
    assert mean_pinball_loss(Y, ours, alpha=tau) == pytest.approx(best, rel=1e-5)


def test_several_quantiles_ascend_and_share_the_optimum_of_each() -> None:
    together = LinearRegressor(loss=sg.MultiQuantile(tau=(0.1, 0.5, 0.8)), alpha=0.0).fit(X, Y)
    predicted = together.predict(X)
    assert (np.diff(predicted, axis=1) >= 0.0).all()
    for column, tau in enumerate((0.1, 0.5, 0.8)):
        alone = QuantileRegressor(quantile=tau, alpha=0.0).fit(X, Y).predict(X)
        assert mean_pinball_loss(Y, predicted[:, column], alpha=tau) == pytest.approx(
            mean_pinball_loss(Y, alone, alpha=tau), rel=1e-3
        )


@pytest.mark.parametrize("C", [0.05, 10.0])
def test_hinge_is_a_support_vector_machine(C: float) -> None:
    two = CULTIVARS < 2
    X, y = StandardScaler().fit_transform(WINE[two]), CULTIVARS[two]

    def objective(coef: Any, scores: Any) -> float:
        margins = np.where(y == 1, scores, -scores)
        return C * float(np.maximum(0.0, 1.0 - margins).sum()) + 0.5 * float(np.sum(coef**2))

    theirs = SVC(kernel="linear", C=C, tol=1e-8).fit(X, y)
    ours = LinearClassifier(loss="hinge", C=C).fit(X, y)
    assert not hasattr(ours, "predict_proba")
    least = objective(theirs.coef_, theirs.decision_function(X))
    assert objective(ours.coef_, ours.decision_function(X)) == pytest.approx(least, rel=1e-5)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("loss", ["squared_error", "focal", "generalised_cross_entropy"])
def test_a_loss_that_is_not_convex_ends_where_slopes_vanish(loss: str, solver: str) -> None:
    X = np.c_[StandardScaler().fit_transform(WINE), np.ones(len(WINE))]
    model = LinearClassifier(loss=loss, solver=solver, fit_intercept=False).fit(X, CULTIVARS)
    layer = sg.OutputLayer("softmax", loss)

    def largest_slope(coef: np.ndarray) -> float:
        slopes = X.T @ layer.gradient(X @ coef.T, CULTIVARS) + coef.T
        return float(np.max(np.abs(slopes)))

    assert largest_slope(model.coef_) < 1e-5 * largest_slope(np.zeros_like(model.coef_))
    assert np.all(np.diff(model.loss_curve_) <= 0.0)
    assert len(model.loss_curve_) == model.n_iter_


def test_gaussian_knows_mean_and_deviation() -> None:
    noisy = X[:, 0] > X[:, 0].mean()
    y = X[:, 0] + RNG.normal(size=ROWS) * np.where(noisy, 3.0, 0.3)
    inputs = np.c_[X[:, 0], noisy]
    model = LinearRegressor(loss="gaussian", alpha=0.0).fit(inputs, y)
    mean, deviation = model.predict(inputs, return_std=True)
    np.testing.assert_array_equal(mean, model.predict(inputs))
    assert deviation[noisy].mean() == pytest.approx(3.0, rel=0.15)
    assert deviation[~noisy].mean() == pytest.approx(0.3, rel=0.15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sparse_inputs_give_the_model_of_dense_ones(dtype: Any) -> None:
    X = np.where(RNG.uniform(size=(200, 6)) < 0.7, 0.0, RNG.normal(size=(200, 6))).astype(dtype)
    y = X[:, 0] - X[:, 1] + 0.3 * RNG.normal(size=200) > 0.0
    dense, sparse = LinearClassifier().fit(X, y), LinearClassifier().fit(csr_matrix(X), y)
    assert dense.coef_.dtype == sparse.coef_.dtype == dense.predict_proba(X).dtype == dtype
    np.testing.assert_allclose(sparse.coef_, dense.coef_, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(
        sparse.predict_proba(csr_matrix(X)), dense.predict_proba(X), atol=1e-4
    )


def test_blocks_of_rows_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from softgrad.sklearn.linear import objective

    whole = LinearClassifier().fit(WINE, CULTIVARS, WEIGHTS[: len(WINE)] + 1.0)
    monkeypatch.setattr(objective.Data, "blocks", lambda self: iter([slice(0, 50), slice(50, 178)]))
    parts = LinearClassifier().fit(WINE, CULTIVARS, WEIGHTS[: len(WINE)] + 1.0)
    np.testing.assert_allclose(parts.coef_, whole.coef_, rtol=1e-5)


def test_shares_and_indicators_are_targets() -> None:
    X = StandardScaler().fit_transform(WINE)
    labels = LinearClassifier().fit(X, CULTIVARS)
    shares = np.eye(3)[CULTIVARS] * 0.999 + 0.001 / 3
    soft = LinearClassifier().fit(X, shares)
    np.testing.assert_allclose(soft.predict_proba(X), labels.predict_proba(X), atol=0.02)
    several = np.stack([CULTIVARS < 2, CULTIVARS > 0], axis=1).astype(int)
    model = LinearClassifier().fit(X, several)
    assert model.predict_proba(X).shape == (len(X), 2)
    assert model.score(X, several) > 0.95


def test_a_warm_start_is_near_its_end_already() -> None:
    model = LinearClassifier(warm_start=True, solver="lbfgs").fit(WINE, CULTIVARS)
    first = model.n_iter_
    assert model.fit(WINE, CULTIVARS).n_iter_ < first / 4


def test_too_few_iterations_are_told() -> None:
    with pytest.warns(ConvergenceWarning, match="1 iterations did not reach tol=1e-06"):
        LinearClassifier(max_iter=1).fit(WINE, CULTIVARS)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"C": 0.0}, "C is 0.0; expected a finite number > 0"),
        ({"tol": -1.0}, "tol is -1.0; expected a finite number >= 0"),
        ({"max_iter": 0}, "max_iter is 0; expected a whole number >= 1"),
        ({"solver": "sag"}, "solver is 'sag'; expected one of auto, lbfgs, newton-cg"),
        ({"solver": "newton-cg", "loss": "hinge"}, "no second derivative but 0"),
    ],
)
def test_a_setting_that_cannot_be_is_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        LinearClassifier(**settings).fit(WINE, CULTIVARS)


def test_searches_pipelines_and_calibration_take_it() -> None:
    model = make_pipeline(StandardScaler(), LinearClassifier())
    grid = {"linearclassifier__loss": ["cross_entropy", sg.Focal(gamma=2.0)]}
    search = GridSearchCV(model, grid, cv=3).fit(WINE, CULTIVARS)
    assert search.best_score_ > 0.95
    calibrated = CalibratedClassifierCV(clone(model), cv=3).fit(WINE, CULTIVARS)
    np.testing.assert_allclose(calibrated.predict_proba(WINE).sum(axis=1), 1.0)


@pytest.mark.parametrize("has_intercept", [True, False])
@pytest.mark.parametrize("columns", [1, 3])
def test_derivatives_by_the_coefficients_are_those_of_differences(
    columns: int, has_intercept: bool
) -> None:
    pair = ("softmax", "squared_error") if columns == 3 else ("sigmoid", "focal")
    layer = sg.OutputLayer(*pair, axis=-1 if columns == 3 else ())
    target = CULTIVARS if columns == 3 else (CULTIVARS > 0).astype(float)
    inputs = csr_matrix(WINE[:, :4]) if has_intercept else WINE[:, :4]
    data = Data(inputs, target, WEIGHTS[: len(WINE)] + 0.5, layer, columns)
    centre = WINE[:, :4].mean(axis=0) * has_intercept
    scale = RNG.uniform(2.0, 5.0, size=(5, columns))
    objective = Objective(data, 0.1, centre, scale, has_intercept=has_intercept)
    x, v = RNG.normal(size=(2, objective.size))
    h = 1e-5
    above, below = (objective.value_and_gradient(x + side * h * v) for side in (1.0, -1.0))
    _, gradient = objective.value_and_gradient(x)
    assert gradient @ v == pytest.approx((above[0] - below[0]) / (2.0 * h), rel=1e-6)
    product = objective.hessian(x)(v)
    np.testing.assert_allclose(product, (above[1] - below[1]) / (2.0 * h), rtol=1e-5, atol=1e-9)
    back = objective.vector(*objective.coefficients(x))
    np.testing.assert_allclose(back, x, rtol=1e-12)


FEATURES = RNG.normal(size=(100, 4))
VALUES = 2.0 * FEATURES[:, 0] + np.sin(FEATURES[:, 1]) + 0.3 * RNG.normal(size=100)
RATES = np.exp(0.3 * VALUES)


@pytest.mark.parametrize("unit", [1e-9, 1e9])
@pytest.mark.parametrize(
    ("activation", "loss"),
    [
        ("identity", "squared_error"),
        ("identity", "absolute_error"),
        ("identity", "gaussian"),
        ("identity", sg.MultiQuantile(tau=(0.1, 0.7))),
        ("identity", sg.Quantile(tau=0.7)),
        ("identity", sg.Huber(delta=0.5)),
        ("identity", sg.PseudoHuber(delta=0.5)),
        ("exp", "squared_error"),
        ("exp", "absolute_error"),
        ("exp", "poisson"),
        ("exp", sg.Tweedie(rho=1.5)),
        ("exp", sg.Tweedie(rho=2.0)),
    ],
)
def test_a_fit_is_the_same_in_all_units(activation: str, loss: Any, unit: float) -> None:
    y = VALUES if activation == "identity" else RATES
    in_units = replace(loss, delta=loss.delta * unit) if hasattr(loss, "delta") else loss
    one = LinearRegressor(activation=activation, loss=loss, alpha=0.0).fit(FEATURES, y)
    many = LinearRegressor(activation=activation, loss=in_units, alpha=0.0).fit(FEATURES, y * unit)
    settings = {"return_std": True} if loss == "gaussian" else {}
    expected, found = (np.array(model.predict(FEATURES, **settings)) for model in (one, many))
    size = np.abs(expected).max()
    np.testing.assert_allclose(found / unit, expected, atol=1e-4 * size, rtol=0.0)
    assert np.ptp(expected) > 0.5 * np.ptp(y)


@pytest.mark.parametrize("loss", ["huber", "log_cosh"])
def test_values_far_beyond_the_bend_of_a_loss_are_fitted_by_its_straight_parts(loss: str) -> None:
    bent = LinearRegressor(loss=loss, alpha=0.0).fit(FEATURES, VALUES * 1e9)
    straight = LinearRegressor(loss="absolute_error", alpha=0.0).fit(FEATURES, VALUES)
    least = np.abs(straight.predict(FEATURES) - VALUES).mean()
    assert np.abs(bent.predict(FEATURES) / 1e9 - VALUES).mean() == pytest.approx(least, rel=1e-4)


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber"])
def test_each_output_may_have_units_of_its_own(loss: str) -> None:
    both = LinearRegressor(loss=loss).fit(FEATURES, np.stack([VALUES, RATES * 1e9], axis=1))
    assert np.all(np.diff(both.loss_curve_) <= 0.0)
    assert len(both.loss_curve_) == both.n_iter_
    for column, y in enumerate((VALUES, RATES * 1e9)):
        alone = LinearRegressor(loss=loss).fit(FEATURES, y).predict(FEATURES)
        np.testing.assert_allclose(both.predict(FEATURES)[:, column], alone, rtol=1e-6)


@pytest.mark.parametrize("unit", [1e-9, 1e9])
@pytest.mark.parametrize("loss", ["cross_entropy", "hinge"])
def test_classes_are_the_same_for_features_in_all_units(loss: str, unit: float) -> None:
    y = np.digitize(VALUES, [-1.0, 1.0])
    one = LinearClassifier(loss=loss).fit(FEATURES, y)
    many = LinearClassifier(loss=loss, C=unit**-2).fit(FEATURES * unit, y)
    np.testing.assert_allclose(
        many.decision_function(FEATURES * unit), one.decision_function(FEATURES), atol=1e-6
    )


@pytest.mark.parametrize("solver", SOLVERS)
def test_an_end_where_it_goes_down_still_is_told(
    solver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever made the solver believe that it had ended."""
    monkeypatch.setattr(Descent, "_has_stalled", property(lambda self: True))
    for loss in ("gaussian", "huber") if solver == "newton-cg" else ("quantile", "gaussian"):
        with pytest.warns(ConvergenceWarning, match="hides the way down"):
            LinearRegressor(loss=loss, solver=solver).fit(FEATURES, VALUES)


def test_rounding_that_hides_the_way_down_is_told() -> None:
    inputs = (RNG.normal(size=(2000, 3)) + 1e6).astype(np.float32)
    y = inputs[:, 0].astype(float) + RNG.normal(size=2000) + 1e6
    with pytest.warns(ConvergenceWarning, match="rounding in float32 hides the way down"):
        LinearRegressor(loss="gaussian", solver="lbfgs").fit(inputs, y)


def test_each_iteration_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    model = LinearClassifier(verbose=1).fit(WINE, CULTIVARS)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == model.n_iter_
    assert lines[0].startswith("iteration 1: objective ")
