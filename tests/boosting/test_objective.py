"""What the objectives of all libraries share: styles, orders, dtypes, weights, start, pickling."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest

import softgrad as sg
from softgrad.boosting import Objective, metric, objective
from softgrad.errors import InputTypeError, ParameterError, SoftgradError, UnknownNameError

ROWS, K = 50, 4
CALLED = ("xgboost", "lightgbm")


class Dataset:
    """What a DMatrix and a Dataset have in common."""

    def __init__(self, label, weight=None):
        self.label, self.weight = label, weight

    def get_label(self):
        return self.label

    def get_weight(self):
        return self.weight


def rows() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(ROWS, K)).astype(np.float32)
    return z, rng.integers(0, K, ROWS), rng.random(ROWS).astype(np.float32)


@pytest.mark.parametrize("library", CALLED)
def test_both_calling_styles_and_all_orders_give_one_result(library):
    z, y, w = rows()
    obj = objective("softmax", "focal", library=library, classes=K)
    layer = sg.OutputLayer("softmax", "focal")
    expected = layer.gradient(z.astype(np.float64), y) * w[:, None]
    first = obj(y.astype(np.float32), z, w)
    np.testing.assert_allclose(first[0], expected, rtol=1e-5)
    order = "C" if library == "xgboost" else "F"
    for scores in (z, np.asfortranarray(z), z[::-1][::-1], z.ravel(order=order)):
        for call in (obj(scores, Dataset(y.astype(np.float32), w)), obj(y, scores, w)):
            for found, wanted in zip(call, first, strict=True):
                assert found.dtype == np.float32
                assert found.shape == scores.shape
                shaped = found.reshape(z.shape, order=order)
                np.testing.assert_allclose(shaped, wanted, rtol=1e-6)
    g, h = obj(y, np.asfortranarray(z, dtype=np.float64))  # as LightGBM gives them
    assert g.flags.f_contiguous
    assert h.flags.f_contiguous
    assert g.dtype == h.dtype == np.float32  # as both libraries keep them: no copy is made
    assert obj.explain().startswith("kernel softmax x focal f64")
    exact, _ = obj.derivatives(z.astype(np.float64), y)
    assert exact.dtype == np.float64


@pytest.mark.parametrize("library", CALLED)
def test_scores_are_not_written_to(library):
    z, y, w = rows()
    for curvature in ("auto", "exact-clipped", "upper-bound", "libraries"):
        before = z.copy()
        objective("softmax", "focal", library=library, classes=K, curvature=curvature)(y, z, w)
        np.testing.assert_array_equal(z, before)


def test_class_weights_and_smoothing_mean_what_they_mean_in_a_layer():
    z, y, w = rows()
    by_class = [1.0, 2.0, 0.5, 3.0]
    words = {"class_weight": by_class, "label_smoothing": 0.2}
    for loss in ("focal", "squared_error"):
        layer = sg.OutputLayer("softmax", loss, **words)
        expected = layer.gradient_and_hessian_diagonal(z, y, sample_weight=w)
        obj = objective("softmax", loss, library="xgboost", classes=K, curvature="exact", **words)
        for found, wanted in zip(obj(y, z, w), expected, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-7)
        mean = layer.value(z, y, sample_weight=w, reduction="mean")
        np.testing.assert_allclose(obj.value(z, y, w), mean, rtol=1e-6)
    binary = objective("sigmoid", "cross_entropy", library="xgboost", class_weight={1: 3.0})
    g, _ = binary(np.array([0.0, 1.0]), np.zeros(2))
    np.testing.assert_allclose(g, [0.5, -1.5])


def test_soft_targets_of_one_number_an_entry():
    z, _, _ = rows()
    t = np.random.default_rng(1).dirichlet(np.ones(K), ROWS)
    obj = objective("softmax", "cross_entropy", library="xgboost", classes=K)
    np.testing.assert_allclose(obj(t, z)[0], sg.softmax(z) - t, atol=1e-6)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm", "catboost"])
def test_pickles_and_copies_give_the_same_numbers(library):
    z, y, w = rows()
    obj = objective(
        "softmax", sg.Focal(gamma=1.5), library=library, classes=K, class_weight={2: 3.0}
    )
    again = pickle.loads(pickle.dumps(obj))
    for a, b in zip(obj.derivatives(z, y, w), again.derivatives(z, y, w), strict=True):
        np.testing.assert_array_equal(a, b)
    assert again.curvature == obj.curvature
    assert "Focal(gamma=1.5)" in repr(obj)
    assert pickle.loads(pickle.dumps(metric(obj))).name == "softmax-focal"


@pytest.mark.parametrize(
    ("loss", "smoothing"),
    [("cross_entropy", 0.0), ("cross_entropy", 0.1), ("focal", 0.0), ("squared_error", 0.0)],
)
def test_base_score_is_where_the_summed_gradient_vanishes(loss, smoothing):
    _, y, w = rows()
    words = {"library": "xgboost", "classes": K, "label_smoothing": smoothing}
    start = objective("softmax", loss, **words).base_score(y, w)
    layer = sg.OutputLayer("softmax", loss, label_smoothing=smoothing)
    slope = layer.gradient(np.tile(start, (ROWS, 1)), y, sample_weight=w).sum(axis=0) / w.sum()
    np.testing.assert_allclose(slope, 0.0, atol=1e-5)
    np.testing.assert_allclose(start.mean(), 0.0, atol=1e-12)


def test_base_score_of_an_absent_class_is_finite_and_small():
    start = objective("softmax", "cross_entropy", library="xgboost", classes=3).base_score(
        [0, 0, 1]
    )
    share = np.array([2 / 3, 1 / 3, 0.0]) + 1e-6
    np.testing.assert_allclose(start, np.log(share) - np.log(share).mean(), rtol=1e-12)


@pytest.mark.parametrize(
    ("activation", "loss", "expected"),
    [
        ("identity", 0.5 * sg.squared_error, lambda y, w: np.average(y, weights=w)),
        ("exp", "poisson", lambda y, w: np.log(np.average(y, weights=w))),
        ("exp", sg.Tweedie(rho=1.5), lambda y, w: np.log(np.average(y, weights=w))),
        (
            "sigmoid",
            "cross_entropy",
            lambda y, w: -np.log(1 / np.average(y / 10, weights=w) - 1),
        ),
    ],
)
def test_base_score_of_one_score_is_the_known_mean(activation, loss, expected):
    rng = np.random.default_rng(4)
    y, w = rng.integers(0, 10, ROWS).astype(float), rng.random(ROWS)
    target = y / 10 if activation == "sigmoid" else y
    (found,) = objective(activation, loss, library="lightgbm").base_score(target, w)
    np.testing.assert_allclose(found, expected(y, w), rtol=1e-12)


def test_base_score_of_a_quantile_is_the_quantile():
    y = np.random.default_rng(5).normal(size=1001)
    for tau in (0.1, 0.5, 0.9):
        (found,) = objective("identity", sg.Quantile(tau=tau), library="xgboost").base_score(y)
        np.testing.assert_allclose(found, np.quantile(y, tau, method="inverted_cdf"))


def test_only_one_class_or_only_zeros_stay_finite():
    sure = objective("sigmoid", "cross_entropy", library="xgboost")
    assert 0.0 < sure.params(np.ones(5))["base_score"] < 1.0
    none = objective("exp", "poisson", library="lightgbm").base_score(np.zeros(5))
    assert np.isfinite(none).all()


def test_importing_loads_no_library():
    code = (
        "import sys, softgrad.boosting as b; b.objective('softmax', 'focal', library='xgboost', "
        "classes=3)([0, 1], __import__('numpy').zeros((2, 3))); "
        "print([m for m in ('xgboost', 'lightgbm', 'catboost', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_package_itself_does_not_load_boosting():
    code = "import sys, softgrad; print('softgrad.boosting' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("words", "kind", "message"),
    [
        ({"library": "sklearn"}, UnknownNameError, "catboost"),
        ({"classes": None}, ParameterError, "classes=3"),
        ({"classes": 1}, ParameterError, "sigmoid"),
        ({"classes": 2.5}, ParameterError, "whole number"),
        ({"curvature": "hessian"}, UnknownNameError, "exact-clipped"),
        ({"label_smoothing": 1.5}, ParameterError, "label_smoothing"),
        ({"class_weight": [1.0, 2.0]}, SoftgradError, "class_weight"),
        ({"class_weight": {7: 1.0}}, SoftgradError, "label 7"),
        ({"loss": "reverse_kl_divergence"}, ParameterError, "label_smoothing=0.1"),
    ],
)
def test_what_cannot_be_an_objective_is_refused_when_it_is_made(words, kind, message):
    given = {"loss": "focal", "library": "xgboost", "classes": K, **words}
    with pytest.raises(kind, match=message):
        objective("softmax", given.pop("loss"), **given)


def test_a_metric_is_made_of_an_objective():
    with pytest.raises(InputTypeError, match="objective"):
        metric("softmax")  # pyright: ignore[reportArgumentType]
    assert isinstance(objective("sigmoid", "focal", library="xgboost"), Objective)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm", "catboost"])
def test_a_model_of_another_library_is_refused(library):
    lightgbm, catboost = pytest.importorskip("lightgbm"), pytest.importorskip("catboost")
    model = catboost.CatBoost() if library == "lightgbm" else lightgbm.LGBMRegressor()
    with pytest.raises(InputTypeError, match=f"expected one that {library} trained"):
        objective("identity", "squared_error", library=library).predict(model, np.zeros((2, 2)))
