"""Laws of the named curvatures, over the whole catalogue, against differences of gradients."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import softgrad as sg
from softgrad.boosting import CURVATURES, objective
from softgrad.boosting.point import Point
from softgrad.catalogue import ACTIVATIONS, LOSSES, pairs
from softgrad.errors import CapabilityError, UnknownNameError

K = 4
ROWS = 12
SINGLE = [name for name, kind in ACTIVATIONS.items() if not kind.rowwise]
# Without the one whose noise is drawn anew at each call.
SOFTMAXES = [n for n in ACTIVATIONS if ACTIVATIONS[n].rowwise and n != "gumbel_softmax"]
# Of labels, for which logarithms are no targets.
LABELLED = [
    name
    for name, kind in LOSSES.items()
    if kind.row_length is None and name != "kl_divergence_of_logs"
]
PAIRS = [(a, b) for a, b in pairs() if a in SOFTMAXES and b in LABELLED]
# Infinite where a target is 0, so that labels want smoothing.
SMOOTHED = {"reverse_kl_divergence": 0.1}


def make(activation, loss, curvature, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return objective(activation, loss, library="xgboost", curvature=curvature, **options)


def rows(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return 2.0 * rng.normal(size=(ROWS, K)), rng.integers(0, K, ROWS)


def differenced_hessian(layer: sg.OutputLayer, z: np.ndarray, y: np.ndarray) -> np.ndarray:
    step, n = 1e-6, z.shape[-1]
    columns = [
        (layer.gradient(z + step * e, y) - layer.gradient(z - step * e, y)) / (2 * step)
        for e in np.eye(n)
    ]
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_upper_bound_majorises_the_hessian_and_none_is_negative(activation, loss):
    z, y = rows()
    smoothing = SMOOTHED.get(loss, 0.0)
    hessian = sg.OutputLayer(activation, loss).hessian(z, y, label_smoothing=smoothing).to_dense()
    words = {"classes": K, "label_smoothing": smoothing}
    for name, one in CURVATURES.items():
        try:
            _, found = make(activation, loss, name, **words).derivatives(z, y)
        except CapabilityError:
            assert name == "fisher"
            continue
        assert found.shape == z.shape
        assert one.may_be_negative or found.min() >= 0.0, name
        if name == "upper-bound":
            gap = np.eye(K) * found[:, None, :] - 0.5 * (hessian + hessian.swapaxes(1, 2))
            scale = np.abs(hessian).max(axis=(1, 2), initial=1e-300)
            assert (np.linalg.eigvalsh(gap).min(axis=1) >= -1e-12 * scale - 1e-15).all()


@pytest.mark.parametrize("loss", ["focal", "squared_error", "dice", "spherical_score", "poly"])
def test_a_curvature_that_is_never_negative_is_so_before_any_floor(loss):
    z, y = rows()
    for name, one in CURVATURES.items():
        point = Point(sg.OutputLayer("softmax", loss), z, y, None, "lightgbm")
        assert one.may_be_negative or one.diagonal(point).min() >= 0.0, name


@pytest.mark.parametrize("loss", ["cross_entropy", "focal", "squared_error", "jensen_shannon"])
def test_exact_is_the_difference_of_gradients(loss):
    z, y = rows()
    layer = sg.OutputLayer("softmax", loss)
    hessian = differenced_hessian(layer, z, y)
    diagonal = np.diagonal(hessian, axis1=1, axis2=2)

    def found(name):
        return make("softmax", loss, name, classes=K).derivatives(z, y)

    gradient, exact = found("exact")
    np.testing.assert_allclose(exact, diagonal, atol=1e-8)
    np.testing.assert_allclose(gradient, layer.gradient(z, y), rtol=1e-13)
    np.testing.assert_allclose(found("exact-clipped")[1], np.maximum(diagonal, 0.0), atol=1e-8)
    np.testing.assert_allclose(found("absolute")[1], np.abs(diagonal), atol=1e-8)
    np.testing.assert_allclose(found("upper-bound")[1], np.abs(hessian).sum(axis=2), atol=1e-7)
    np.testing.assert_allclose(found("absolute-gradient")[1], np.abs(gradient), atol=1e-15)


@pytest.mark.parametrize("loss", ["cross_entropy", "focal", "squared_error", "poly"])
def test_fisher_is_the_expected_hessian_under_the_prediction(loss):
    z, y = rows()
    layer = sg.OutputLayer("softmax", loss)
    p = layer.predict(z)
    expected = sum(p[:, k, None] * layer.hessian(z, np.full(ROWS, k)).diagonal() for k in range(K))
    _, found = make("softmax", loss, "fisher", classes=K).derivatives(z, y)
    np.testing.assert_allclose(found, np.maximum(expected, 1e-16), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("activation", ["identity", "softplus"])
def test_fisher_of_a_likelihood_is_the_mean_over_the_targets_that_it_foretells(activation):
    rng = np.random.default_rng(0)
    z = rng.normal(size=(ROWS, 2))
    layer = sg.OutputLayer(activation, "gaussian")
    mean, log_variance = layer.predict(z).T
    # Gauss-Hermite, exact for the square that the loss is of its target.
    nodes, shares = np.polynomial.hermite_e.hermegauss(5)
    draws = [mean + np.exp(0.5 * log_variance) * node for node in nodes]
    shares = shares / shares.sum()
    slopes = [layer.gradient(z, y) for y in draws]
    hessian = sum(s * layer.hessian(z, y).to_dense() for s, y in zip(shares, draws, strict=True))
    outer = sum(s * g[:, :, None] * g[:, None, :] for s, g in zip(shares, slopes, strict=True))
    np.testing.assert_allclose(outer, hessian, atol=1e-12)  # as of every likelihood
    w = np.arange(1.0, ROWS + 1.0)
    expected = w[:, None] * np.diagonal(hessian, axis1=1, axis2=2)
    y = rng.normal(size=ROWS)
    for name in ("fisher", "auto"):
        found = make(activation, "gaussian", name).derivatives(z, y, w)[1]
        np.testing.assert_allclose(found, expected, rtol=1e-12)
        matrix = CURVATURES[name].matrix(Point(layer, z[0], y[0], np.asarray(3.0), "catboost"))
        np.testing.assert_allclose(matrix, 3.0 * hessian[0], atol=1e-12)
    scores = np.array([[1e6, -20.0]], dtype=np.float32)  # where y - m would have no digits
    found = make("identity", "gaussian", "fisher").derivatives(scores, [1e6])[1]
    np.testing.assert_allclose(found, [[np.exp(20.0), 0.5]], rtol=1e-6)


def test_gauss_newton_is_the_jacobian_around_the_loss_hessian():
    z, y = rows()
    p = sg.softmax(z)
    J = p[:, :, None] * (np.eye(K) - p[:, None, :])
    _, found = make("softmax", "squared_error", "gauss-newton", classes=K).derivatives(z, y)
    np.testing.assert_allclose(found, 2.0 * (J**2).sum(axis=1), rtol=1e-12)
    _, focal = make("softmax", "cross_entropy", "gauss-newton", classes=K).derivatives(z, y)
    np.testing.assert_allclose(focal, (p - np.eye(K)[y]) ** 2, rtol=1e-9)


def test_libraries_own_curvatures():
    z, y = rows()
    p = sg.softmax(z)
    words = {"curvature": "libraries", "classes": K}
    for library, factor in [("xgboost", 2.0), ("lightgbm", K / (K - 1)), ("catboost", 1.0)]:
        obj = objective("softmax", "cross_entropy", library=library, **words)
        np.testing.assert_allclose(obj.derivatives(z, y)[1], factor * p * (1 - p), rtol=1e-12)


def test_columns_of_weighted_rows_in_either_order_are_those_of_the_operators():
    z, y = rows()
    w = np.arange(1.0, ROWS + 1.0)
    layer = sg.OutputLayer("softmax", "squared_error")
    for scores in (z, np.asfortranarray(z), z.astype(np.float32)):
        point = Point(layer, scores, y, w.astype(scores.dtype), "lightgbm")
        bound = np.abs(layer.hessian(z, y).to_dense()).sum(axis=2) * w[:, None]
        curved = layer.gauss_newton(z, y).diagonal() * w[:, None]
        rtol = 1e-5 if scores.dtype == np.float32 else 1e-12
        np.testing.assert_allclose(CURVATURES["upper-bound"].diagonal(point), bound, rtol)
        np.testing.assert_allclose(CURVATURES["gauss-newton"].diagonal(point), curved, rtol)


@pytest.mark.parametrize("activation", SINGLE)
def test_single_scores_have_every_curvature_that_makes_sense(activation):
    rng = np.random.default_rng(3)
    z = rng.normal(size=ROWS)
    for loss in (b for a, b in pairs() if a == activation and LOSSES[b].row_length is None):
        kind = ACTIVATIONS[activation].domain.kind
        y = rng.integers(0, 2, ROWS).astype(float) if "coin" in kind else rng.random(ROWS)
        if loss in SMOOTHED or loss not in LABELLED or LOSSES[loss].compares_entries:
            continue
        if LOSSES[loss].targets == "labels":
            continue
        if kind == "log-coins" and loss == "fenchel_young":
            y = -y  # which compares log-probabilities with ones
        exact = make(activation, loss, "exact").derivatives(z, y)
        of_scores = kind == "values" and LOSSES[loss].targets == "classes"
        for name, one in CURVATURES.items():
            if name == "fisher" and of_scores:
                with pytest.raises(CapabilityError, match="prediction that can be a target"):
                    make(activation, loss, name)
                continue
            gradient, found = make(activation, loss, name).derivatives(z, y)
            np.testing.assert_allclose(gradient, exact[0])
            assert one.may_be_negative or found.min() >= 0.0, (loss, name)
        np.testing.assert_allclose(
            make(activation, loss, "upper-bound").derivatives(z, y)[1],
            np.maximum(np.abs(exact[1]), 1e-16),
        )


def test_every_curvature_has_a_formula_and_unknown_ones_are_refused():
    assert all(one.formula and one.name == name for name, one in CURVATURES.items())
    with pytest.raises(UnknownNameError, match="upper-bound"):
        make("softmax", "focal", "newton", classes=3)


@pytest.mark.parametrize(
    ("activation", "loss", "classes", "flat"),
    [
        ("identity", "hinge", None, True),
        ("relu", "absolute_error", None, True),
        ("identity", "hinge", 3, True),
        ("identity", "weston_watkins", 3, True),
        ("identity", sg.WestonWatkins(squared=True), 3, False),
        ("softmax", "absolute_error", 3, False),
        ("relu", "squared_error", None, False),
    ],
)
def test_one_stands_for_a_second_derivative_that_is_zero_everywhere(
    activation, loss, classes, flat
):
    obj = make(activation, loss, "auto", classes=classes)
    z = np.random.default_rng(0).normal(size=(6, 3) if classes else 6)
    y = np.arange(6) % 2
    _, bends = obj(y if classes else y.astype(float), z, np.full(6, 2.0))
    assert (bends == 2.0).all() == flat
