"""Absolute errors and quantiles reach the loss of built-ins that renew their leaves."""

from __future__ import annotations

import catboost as cb
import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb

import softgrad as sg
from softgrad.boosting import kink, objective

LOSSES = {
    "absolute_error": (sg.absolute_error, lambda t: 2.0 + 0.0 * t),
    "quantile": (sg.Quantile(tau=0.9), lambda t: 1.0 + 0.0 * t),
    "percentage": (sg.absolute_percentage_error, lambda t: 2.0 / np.abs(t)),
    "levels": (sg.MultiQuantile(tau=(0.1, 0.9), crossing=2.0), lambda t: 1.0 + 0.0 * t),
}


def rows(loss: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    shape = (40, 2) if loss == "levels" else (40,)
    return 100.0 * rng.normal(size=shape), 100.0 * rng.normal(size=40), rng.random(40) + 0.5


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_the_curvature_is_the_jump_over_twice_the_distance(loss, library):
    z, t, w = rows(loss)
    made, jump = LOSSES[loss]
    obj = objective("identity", made, library=library)
    around = t[:, None] if z.ndim == 2 else t
    distance = np.abs(z - around)
    each = distance.mean(axis=1) if z.ndim == 2 else distance
    unit = np.average(each, weights=w)
    weight = w[:, None] if z.ndim == 2 else w
    expected = weight * jump(around) / (2.0 * (distance + 0.25 * unit))
    gradient, bends = obj.derivatives(z, t, w)
    np.testing.assert_allclose(bends, expected, rtol=1e-9)
    np.testing.assert_allclose(obj(t, z, w)[0], gradient * unit, rtol=1e-6)
    np.testing.assert_allclose(obj(t, z, w)[1], bends * unit, rtol=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_weight_of_two_is_the_row_twice_and_of_nought_no_row(loss):
    z, t, _ = rows(loss)
    obj = objective("identity", LOSSES[loss][0], library="lightgbm")
    times = np.arange(len(t)) % 3
    every = np.repeat(np.arange(len(t)), times)
    apart = obj(t[every], z[every])
    for weighted, each in zip(obj(t, z, times.astype(float)), apart, strict=True):
        counts = times[every][:, None] if each.ndim == 2 else times[every]
        np.testing.assert_allclose(weighted[every], counts * each, rtol=1e-6)
        assert (weighted[times == 0] == 0.0).all()


@pytest.mark.parametrize("loss", ["absolute_error", "quantile", "percentage"])
def test_without_its_bound_the_parabola_lies_nowhere_below_the_loss(loss, monkeypatch):
    monkeypatch.setattr(kink, "_NEAREST", 0.0)
    z, t, _ = rows(loss)
    obj = objective("identity", LOSSES[loss][0], library="lightgbm")
    gradient, bends = obj.derivatives(z, t)
    value = obj.layer.value
    for step in np.linspace(-300.0, 300.0, 61):
        parabola = value(z, t) + gradient * step + 0.5 * bends * step**2
        assert (value(z + step, t) <= parabola + 1e-9 * np.abs(parabola)).all()


def test_a_row_that_is_fitted_exactly_has_a_finite_curvature():
    obj = objective("identity", "absolute_error", library="xgboost")
    for target in (np.zeros(3), np.full(3, 1e6)):
        gradient, bends = obj(target, target.astype(np.float32))
        assert (gradient == 0.0).all()
        assert (np.isfinite(bends) & (bends > 0.0)).all()


def spread_out(unit: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1000, 3))
    return X, unit * (2.0 * X[:, 0] + rng.normal(size=1000))


QUIET = {"verbosity": -1, "num_threads": 1}
CATBOOST = {"iterations": 100, "verbose": 0, "allow_writing_files": False, "thread_count": 1}
CATBOOST["learning_rate"] = 0.1
WAYS = ["lightgbm", "lightgbm-sklearn", "xgboost", "xgboost-sklearn", "catboost"]


def fitted(way: str, loss, unit: float) -> np.ndarray:
    """Predictions of 100 trees for the rows they were trained on."""
    X, y = spread_out(unit)
    obj = objective("identity", loss, library=way.split("-")[0])
    if way == "lightgbm":
        data = lgb.Dataset(X, y, init_score=obj.init_score(y))
        booster = lgb.train({**QUIET, **obj.params()}, data, 100)
        return obj.predict(booster, X, base_score=obj.base_score(y))
    if way == "lightgbm-sklearn":
        words = {"n_estimators": 100, "verbosity": -1, "n_jobs": 1}
        return obj.predict(lgb.LGBMRegressor(**obj.params(), **words).fit(X, y), X)
    if way == "catboost":
        return obj.predict(cb.CatBoostRegressor(**obj.params(), **CATBOOST).fit(X, y), X)
    if way == "xgboost":
        booster = xgb.train({"nthread": 1, **obj.params(y)}, xgb.DMatrix(X, y), 100, obj=obj)
        return obj.predict(booster, X)
    model = xgb.XGBRegressor(objective=obj, n_estimators=100, n_jobs=1, base_score=0.0)
    return obj.predict(model.fit(X, y), X)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("tau", [0.9, 0.5])
def test_the_loss_is_the_built_ins_within_2_per_cent(way, tau):
    X, y = spread_out(1000.0)
    if way == "catboost":
        own = {**CATBOOST, "loss_function": f"Quantile:alpha={tau}"}
        built_in = cb.CatBoostRegressor(**own).fit(X, y).predict(X)
    elif way.startswith("lightgbm"):
        own = {**QUIET, "objective": "quantile", "alpha": tau}
        built_in = lgb.train(own, lgb.Dataset(X, y), 100).predict(X)
    else:
        own = {"nthread": 1, "objective": "reg:quantileerror", "quantile_alpha": tau}
        built_in = xgb.train(own, xgb.DMatrix(X, y), 100).predict(xgb.DMatrix(X))
    loss = sg.Quantile(tau=tau) if tau == 0.9 else sg.absolute_error
    found = fitted(way, loss, 1000.0)
    cost = sg.OutputLayer("identity", sg.Quantile(tau=tau), axis=()).value
    assert cost(found, y).mean() < 1.02 * cost(np.asarray(built_in, dtype=float), y).mean()


@pytest.mark.parametrize("way", WAYS)
def test_the_unit_of_the_target_does_not_matter(way):
    unit = 2.0**20
    one, large = fitted(way, "absolute_error", 1.0), fitted(way, "absolute_error", unit)
    np.testing.assert_allclose(large / unit, one, atol=1e-4)


@pytest.mark.parametrize(
    ("loss", "library", "curvature", "message"),
    [
        ("absolute_error", "lightgbm", "libraries", "steps of at most 1"),
        ("quantile", "catboost", "libraries", "renews"),
        ("multi_quantile", "catboost", "auto", "one by one"),
        ("quantile", "xgboost", "absolute-gradient", "curvature='auto'"),
        ("quantile", "xgboost", "exact", "is 0 for"),
        ("hinge", "lightgbm", "absolute", "is 0 for"),
    ],
)
def test_a_curvature_with_which_nothing_is_learnt_is_warned_of(loss, library, curvature, message):
    with pytest.warns(UserWarning, match=message):
        objective("identity", loss, library=library, curvature=curvature)
