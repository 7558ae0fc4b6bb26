"""A row's weight multiplies its gradient and every curvature."""

from __future__ import annotations

import numpy as np
import pytest

import softgrad as sg
from laws.variants import same
from softgrad.boosting import CURVATURES, objective
from softgrad.boosting.point import Point

ROWS = 9
CASES = (
    ("softmax", "focal", 4),
    ("softmax", "squared_error", 3),
    ("sigmoid", "cross_entropy", None),
    ("sigmoid", "focal", None),
    ("exp", "poisson", None),
    ("identity", "huber", None),
    ("identity", "quantile", None),
    ("identity", "hinge", 3),
)


@pytest.mark.filterwarnings("ignore:curvature")  # of a flat loss, with which nothing is learnt
@pytest.mark.parametrize("library", ["xgboost", "lightgbm", "catboost"])
@pytest.mark.parametrize(("activation", "loss", "classes"), CASES)
def test_a_weight_multiplies_gradient_and_curvature(activation, loss, classes, library):
    rng = np.random.default_rng(2)
    z = rng.normal(size=(ROWS, classes) if classes else ROWS)
    y, w = rng.integers(0, classes or 2, ROWS), rng.uniform(0.25, 4.0, ROWS)
    of_entries = w[:, None] if classes else w
    for curvature in CURVATURES:
        if curvature == "fisher" and loss == "hinge":
            continue  # no prediction of it is a target
        if curvature == "auto" and loss == "quantile":
            continue  # a weight counts in the spread too: test_kink
        options = {"library": library, "curvature": curvature, "classes": classes}
        obj = objective(activation, loss, **options)
        for found, plain in zip(obj.derivatives(z, y, w), obj.derivatives(z, y), strict=True):
            floored = plain == 1e-16  # XGBoost's least, whatever the weight
            same(found, np.where(floored, 1e-16, of_entries * plain))
        if classes and library != "catboost":
            weighted = objective(activation, loss, class_weight=w[:classes], **options)
            by_class = obj.derivatives(z, y, w[y])
            for found, wanted in zip(weighted.derivatives(z, y), by_class, strict=True):
                same(found, wanted)


def test_a_weight_multiplies_every_matrix_of_a_row():
    z, label = np.array([0.5, -1.0, 0.25]), np.asarray(1)
    for loss in ("cross_entropy", "squared_error"):
        layer = sg.OutputLayer("softmax", loss)
        for name, one in CURVATURES.items():
            plain = one.matrix(Point(layer, z, label, None, "catboost"))
            heavy = one.matrix(Point(layer, z, label, np.asarray(3.0), "catboost"))
            # Eigenvalues that are cut off share the digits of the largest.
            size = 3.0 * np.max(np.abs(plain))
            assert np.all(np.abs(heavy - 3.0 * plain) <= 1e-13 * size), name


@pytest.mark.parametrize("label", range(3))
def test_a_class_weight_multiplies_what_catboost_is_given(label):
    z, options = [0.5, -1.0, 0.25], {"library": "catboost", "classes": 3}
    plain = objective("softmax", "focal", **options)
    heavy = objective("softmax", "focal", class_weight=[2.0, 0.5, 3.0], **options)
    factor = 4.0 * [2.0, 0.5, 3.0][label]
    for found, one in zip(
        heavy.calc_ders_multi(z, label, 4.0), plain.calc_ders_multi(z, label, 1.0), strict=True
    ):
        same(np.asarray(found), factor * np.asarray(one))
