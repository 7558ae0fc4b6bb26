"""The full matrices that CatBoost is given, of one row each."""

from __future__ import annotations

import numpy as np
import pytest

import softgrad as sg
from softgrad.boosting import CURVATURES
from softgrad.boosting.eigenvalues import with_eigenvalues
from softgrad.boosting.point import Point

K = 4
ROWS = 12


def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return 2.0 * rng.normal(size=(ROWS, K)), rng.integers(0, K, ROWS)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("loss", ["cross_entropy", "focal", "squared_error"])
def test_the_matrices_for_catboost_are_the_layers_operators(loss, smoothing):
    z, y = rows()
    z[0] = [30.0, 0.0, 1.0, 2.0]  # a row that is sure
    for activation in (sg.Softmax(temperature=0.5), sg.Softmin(), sg.sigmoid):
        layer = sg.OutputLayer(activation, loss, label_smoothing=smoothing)
        for score, label in zip(z, y, strict=True):
            point = Point(layer, score, np.asarray(label), None, "catboost")
            for found, operator in [
                (point.hessian, layer.hessian(score, np.asarray(label))),
                (point.gauss_newton, layer.gauss_newton(score, np.asarray(label))),
            ]:
                expected = operator.to_dense()
                scale = np.abs(expected).max()
                np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-14 * scale)


def test_matrices_of_one_row():
    z, y = rows()
    layer = sg.OutputLayer("softmax", "squared_error")
    for score, label in zip(z, y, strict=True):
        point = Point(layer, score, np.asarray(label), None, "catboost")
        hessian = layer.hessian(score, label).to_dense()
        values, vectors = np.linalg.eigh(hessian)

        def again(change, values=values, vectors=vectors):
            return vectors @ np.diag(change(values)) @ vectors.T

        for name, expected in {
            "exact": hessian,
            "exact-clipped": again(lambda v: np.maximum(v, 0.0)),
            "absolute": again(np.abs),
            "upper-bound": np.diag(np.abs(hessian).sum(axis=0)),
            "absolute-gradient": np.diag(np.abs(layer.gradient(score, label))),
        }.items():
            found = CURVATURES[name].matrix(point)
            np.testing.assert_allclose(found, expected, atol=1e-14, err_msg=name)


def test_eigenvalues_are_changed_where_one_is_negative_and_nowhere_else():
    rng = np.random.default_rng(1)
    turned, _ = np.linalg.qr(rng.normal(size=(K, K)))
    for lowest in (-1.0, -1e-9, -1e-13):
        matrix = turned @ np.diag([3.0, 2.0, 1.0, lowest]) @ turned.T
        expected = turned @ np.diag([3.0, 2.0, 1.0, -lowest]) @ turned.T
        np.testing.assert_allclose(with_eigenvalues(matrix, np.abs), expected, rtol=0, atol=1e-14)
    p = rng.dirichlet(np.ones(K))
    singular = np.diag(p) - np.outer(p, p)
    assert with_eigenvalues(singular, np.abs) is singular
    assert with_eigenvalues(np.zeros((K, K)), np.abs).max() == 0.0
