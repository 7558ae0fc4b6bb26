"""Times that are censored, as objectives: the models of XGBoost's own survival objectives."""

from __future__ import annotations

from typing import Any

import catboost
import lightgbm
import numpy as np
import pytest
import xgboost

import softgrad as sg
from softgrad.boosting import metric, objective
from softgrad.errors import CapabilityError, ShapeError, TargetError

RNG = np.random.default_rng(0)
ROWS, ROUNDS = 300, 10
X = RNG.normal(size=(ROWS, 4))
TIME = np.exp(X[:, 0] + 0.5 * X[:, 1] + RNG.normal(size=ROWS))
END = RNG.exponential(3.0, size=ROWS) + 0.1
SEEN = TIME <= END
SIGNED = np.where(SEEN, TIME, -END)
LOW, HIGH = np.minimum(TIME, END), np.where(SEEN, TIME, np.inf)
TREES = {"max_depth": 3, "eta": 0.3, "tree_method": "hist", "nthread": 1}


def data_with_bounds(low: np.ndarray, high: np.ndarray, **options: object) -> xgboost.DMatrix:
    data = xgboost.DMatrix(X, **options)
    data.set_float_info("label_lower_bound", low)
    data.set_float_info("label_upper_bound", high)
    return data


@pytest.mark.parametrize("distribution", ["normal", "logistic", "extreme"])
def test_accelerated_failure_time_is_xgboosts_own(distribution: str) -> None:
    between = RNG.random(ROWS) < 0.2
    low, high = np.where(between, np.floor(TIME), LOW), np.where(between, np.ceil(TIME), HIGH)
    data = data_with_bounds(low, high, weight=RNG.uniform(0.5, 2.0, ROWS))
    own = {
        "objective": "survival:aft",
        "eval_metric": "aft-nloglik",
        "aft_loss_distribution": distribution,
        "aft_loss_distribution_scale": 0.6,
        "base_score": 1.0,
    }
    loss = sg.AcceleratedFailureTime(distribution=distribution, scale=0.6)
    obj = objective("identity", loss, library="xgboost", curvature="libraries")
    history: dict[str, dict[str, list[float]]] = {}
    watched: dict[str, Any] = {"evals": [(data, "train")], "evals_result": history}
    theirs = xgboost.train({**TREES, **own}, data, ROUNDS, verbose_eval=False, **watched)
    ours = xgboost.train({**TREES, **obj.params(), "base_score": 0.0}, data, ROUNDS, obj=obj)
    margins = theirs.predict(data, output_margin=True)
    np.testing.assert_allclose(obj.predict(ours, data), margins, atol=1e-5)
    name, value = metric(obj)(margins, data)
    assert name == "identity-accelerated_failure_time"
    np.testing.assert_allclose(value, history["train"]["aft-nloglik"][-1], rtol=1e-5)


def test_signed_times_are_right_censored_in_every_library() -> None:
    made = objective("identity", "accelerated_failure_time", library="lightgbm")
    bounds = np.stack([LOW, HIGH], axis=1)
    scores = RNG.normal(size=ROWS)
    for a, b in zip(
        made.derivatives(scores, SIGNED), made.derivatives(scores, bounds), strict=True
    ):
        np.testing.assert_array_equal(a, b)
    start = made.base_score(SIGNED)
    assert start == made.base_score(bounds)
    layer = sg.OutputLayer("identity", "accelerated_failure_time", axis=())
    assert abs(np.sum(layer.gradient(np.full(ROWS, start[0]), bounds))) < 1e-9
    data = lightgbm.Dataset(X, SIGNED, init_score=made.init_score(SIGNED))
    quiet = {"verbosity": -1, "num_threads": 1, "num_leaves": 7}
    booster = lightgbm.train({**quiet, **made.params()}, data, ROUNDS)
    found = made.predict(booster, X, base_score=start)
    assert made.value(found, SIGNED) < made.value(np.full(ROWS, start[0]), SIGNED) - 0.1
    cat = objective("identity", "accelerated_failure_time", library="catboost")
    model = catboost.CatBoostRegressor(
        **cat.params(), iterations=ROUNDS, depth=3, verbose=False, thread_count=1
    ).fit(X, SIGNED)
    assert cat.value(cat.predict(model, X), SIGNED) < cat.value(np.zeros(ROWS), SIGNED) - 0.1


@pytest.mark.parametrize("library", ["lightgbm", "catboost"])
def test_bounds_are_bound_where_a_library_keeps_one_label_a_row(library: str) -> None:
    bounds = np.stack([np.floor(TIME), np.ceil(TIME)], axis=1)
    made = objective("identity", "accelerated_failure_time", library=library)
    bound, rows = made.bind(bounds), np.arange(ROWS)
    scores = RNG.normal(size=ROWS)
    np.testing.assert_array_equal(
        bound.derivatives(scores[::2], rows[::2])[0], made.derivatives(scores, bounds)[0][::2]
    )
    if library == "lightgbm":
        quiet = {"verbosity": -1, "num_threads": 1, "num_leaves": 7}
        data = lightgbm.Dataset(X, rows)
        model: Any = lightgbm.train({**quiet, **bound.params()}, data, ROUNDS)
    else:
        model = catboost.CatBoostRegressor(
            **bound.params(), iterations=ROUNDS, depth=3, verbose=False, thread_count=1
        ).fit(X, rows)
    found = made.predict(model, X)
    assert made.value(found, bounds) < made.value(np.zeros(ROWS), bounds) - 0.1
    with pytest.raises(TargetError, match="no row numbers"):
        bound.derivatives(scores, rows + 1)
    with pytest.raises(sg.errors.ParameterError, match="takes no bounds"):
        objective("sigmoid", "focal", library=library).bind(bounds)


def test_bounds_that_cross_are_refused() -> None:
    made = objective("identity", "accelerated_failure_time", library="xgboost")
    scores = np.zeros(2)
    for wrong, told in (
        ([[2.0, 1.0], [1.0, 1.0]], "bounds 2 and 1 at row 0"),
        ([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]], r"shape \(2, 3\); expected the lower and upper"),
        ([[-1.0, 1.0], [1.0, 1.0]], "bounds of times are >= 0"),
        ([np.nan, 1.0], "NaN"),
        ([0.0, 1.0], "bounds 0 and 0"),
    ):
        with pytest.raises(TargetError, match=told):
            made.derivatives(scores, np.array(wrong))


def test_cox_is_xgboosts_own_where_no_two_times_are_equal() -> None:
    data = xgboost.DMatrix(X, SIGNED)
    obj = objective("identity", "cox", library="xgboost", groups=True, curvature="libraries")
    theirs = xgboost.train({**TREES, "objective": "survival:cox", "base_score": 1.0}, data, ROUNDS)
    ours = xgboost.train({**TREES, **obj.params()}, data, ROUNDS, obj=obj)
    margins = theirs.predict(data, output_margin=True)
    np.testing.assert_allclose(obj.predict(ours, data), margins, atol=1e-5)
    _, value = metric(obj)(margins, data)
    own = float(theirs.eval(data).split(":")[-1])
    np.testing.assert_allclose(value / np.sum(SEEN), own, rtol=1e-6)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
@pytest.mark.parametrize(
    ("activation", "loss"),
    [("softmax", "cross_entropy"), ("identity", "pairwise_logistic"), ("identity", "cox")],
)
def test_a_row_of_the_loss_is_a_group(activation: str, loss: str, library: str) -> None:
    sizes = np.array([3, 1, 5, 3, 8])
    rows = int(sizes.sum())
    scores, y = RNG.normal(size=rows), RNG.integers(0, 4, size=rows).astype(float)
    weights = RNG.uniform(0.5, 2.0, size=len(sizes))
    made = objective(activation, loss, library=library, groups=True, curvature="exact")
    layer = sg.OutputLayer(activation, loss)
    gradient, bends, total = [], [], 0.0
    for part, weight in zip(np.split(np.arange(rows), np.cumsum(sizes)[:-1]), weights, strict=True):
        slopes, diagonal = layer.gradient_and_hessian_diagonal(scores[part], y[part])
        gradient.append(weight * slopes)
        bends.append(weight * diagonal)
        total += weight * float(layer.value(scores[part], y[part]))
    found = made.derivatives(scores, y, weights, sizes)
    np.testing.assert_allclose(found[0], np.concatenate(gradient), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found[1], np.concatenate(bends), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(made.value(scores, y, weights, sizes), total / weights.sum())
    # The same by the data set of the library, and in the style of scikit-learn.
    per_row = np.repeat(weights, sizes)
    if library == "xgboost":
        data = xgboost.DMatrix(RNG.normal(size=(rows, 2)), y)
        data.set_group(sizes)
        data.set_weight(weights)
    else:
        data = lightgbm.Dataset(RNG.normal(size=(rows, 2)), y, group=sizes, weight=per_row)
        data.construct()
    for call in ((scores, data), (y, scores, per_row, sizes)):
        np.testing.assert_allclose(made(*call)[0], found[0], rtol=2e-6, atol=1e-7)
        assert np.isclose(metric(made)(*call)[1], total / weights.sum(), rtol=1e-6)


def test_what_groups_cannot_be_is_told() -> None:
    made = objective("softmax", "cross_entropy", library="xgboost", groups=True)
    scores, y = np.zeros(4), np.ones(4)
    with pytest.raises(ShapeError, match="add up to the rows"):
        made.derivatives(scores, y, None, [3, 2])
    with pytest.raises(sg.errors.WeightError, match="differs within a group"):
        made.derivatives(scores, y, [1.0, 2.0, 1.0, 1.0], [2, 2, 0])
    with pytest.raises(CapabilityError, match="CatBoost tells a custom objective nothing"):
        objective("softmax", "cross_entropy", library="catboost", groups=True)
    with pytest.raises(sg.errors.ParameterError, match="leave out classes"):
        objective("softmax", "cross_entropy", library="xgboost", groups=True, classes=3)
    with pytest.raises(sg.errors.ParameterError, match="give groups=True"):
        objective("identity", "cox", library="xgboost")
    with pytest.raises(sg.errors.ParameterError, match="no target for each row of a group"):
        objective("identity", "gaussian", library="xgboost", groups=True)


def test_lists_and_pairs_rank_what_was_not_seen() -> None:
    ndcg_score = pytest.importorskip("sklearn.metrics").ndcg_score
    rng = np.random.default_rng(1)
    sizes = np.full(60, 12)
    inputs = rng.normal(size=(sizes.sum(), 4))
    truth = inputs[:, 0] + inputs[:, 1] * inputs[:, 2]
    y = np.clip(np.round(truth + 0.3 * rng.normal(size=len(truth))), 0.0, 3.0)
    half = int(sizes[:30].sum())

    def ndcg(scores: np.ndarray) -> float:
        return float(ndcg_score(y[half:].reshape(30, 12), scores[half:].reshape(30, 12), k=5))

    quiet = {"verbosity": -1, "num_threads": 1, "num_leaves": 7, "min_data_in_leaf": 5}

    def trained(parameters: dict[str, object]) -> np.ndarray:
        data = lightgbm.Dataset(inputs[:half], y[:half], group=sizes[:30])
        return lightgbm.train({**quiet, **parameters}, data, 30).predict(inputs, raw_score=True)

    own, blind = ndcg(trained({"objective": "lambdarank"})), ndcg(rng.normal(size=len(y)))
    for activation, loss in (
        ("softmax", sg.cross_entropy),
        ("identity", sg.pairwise_logistic),
        ("identity", sg.PairwiseLogistic(weighting="ndcg")),
    ):
        made = objective(activation, loss, library="lightgbm", groups=True)
        assert ndcg(trained(made.params())) > blind + 0.75 * (own - blind)
