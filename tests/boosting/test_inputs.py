"""Bad input is an error that names the fix, before the first tree."""

from __future__ import annotations

import numpy as np
import pandas
import polars
import pytest

from softgrad.boosting import objective
from softgrad.boosting.inputs import check_derivatives
from softgrad.errors import (
    DataError,
    InputTypeError,
    PairError,
    ShapeError,
    TargetError,
    WeightError,
)

Z = np.zeros((4, 3))
Y = np.array([0, 1, 2, 0])


def classes(**words):
    return objective("softmax", "cross_entropy", library="xgboost", classes=3, **words)


@pytest.mark.parametrize(
    ("scores", "labels", "weights", "kind", "message"),
    [
        (Z, Y + 1, None, TargetError, r"from 1 to 3 .*LabelEncoder"),
        (Z, Y - 1, None, TargetError, r"from -1 to 1"),
        (Z, Y + 0.5, None, TargetError, "whole number"),
        (Z, np.array([0, 1, np.nan, 2]), None, TargetError, "nan"),
        (Z, np.array([0, 1, 2, 2**40]), None, TargetError, "classes=3"),
        (Z, np.array(list("abca")), None, InputTypeError, "LabelEncoder"),
        (Z[:, :2], Y, None, ShapeError, "num_class"),
        (Z.T, Y, None, ShapeError, r"\(4, 3\)"),
        (np.zeros(11), Y, None, ShapeError, r"\(4, 3\)"),
        (np.zeros((4, 3), dtype=int), Y, None, InputTypeError, "floating-point"),
        (Z, Y, np.array([1.0, -1.0, 1.0, 1.0]), WeightError, "negative"),
        (Z, Y, np.array([1.0, np.nan, 1.0, 1.0]), WeightError, "NaN"),
        (Z, Y, np.zeros(4), WeightError, "0 for every row"),
        (Z, Y, np.ones(3), WeightError, r"\(4,\)"),
        (np.where(np.eye(4, 3) > 0, np.nan, Z), Y, None, DataError, "learning rate"),
    ],
)
def test_of_classes(scores, labels, weights, kind, message):
    with pytest.raises(kind, match=message):
        classes()(labels, scores, weights)


@pytest.mark.parametrize(
    ("activation", "loss", "labels", "kind", "message"),
    [
        ("sigmoid", "cross_entropy", [-1.0, 1.0], TargetError, r"\(y \+ 1\) / 2"),
        ("sigmoid", "focal", [0.0, 2.0], TargetError, "softmax"),
        ("exp", "poisson", [-1.0, 2.0], TargetError, r"\[0, inf\)"),
        ("identity", "huber", [np.inf, 2.0], TargetError, "infinite"),
    ],
)
def test_of_values(activation, loss, labels, kind, message):
    obj = objective(activation, loss, library="lightgbm")
    with pytest.raises(kind, match=message):
        obj(np.array(labels), np.zeros(2))
    with pytest.raises(ShapeError, match="classes="):
        obj(np.array([0.5, 0.5]), np.zeros((2, 3)))


def test_scores_that_overflow_are_no_silent_empty_trees():
    far, lost = np.array([0.0, 200.0], dtype=np.float32), np.array([0.0, np.nan])
    for activation, loss, scores in [
        ("exp", "poisson", far),
        ("identity", "quantile", lost),  # whose curvature is 1 whatever the scores are
        ("identity", "huber", lost),
    ]:
        obj = objective(activation, loss, library="xgboost")
        with pytest.raises(DataError, match="max_delta_step"):
            obj(np.ones(2), scores)


def test_large_finite_gradients_are_not_mistaken_for_infinite_ones():
    obj = objective("identity", "squared_error", library="xgboost", curvature="exact")
    gradient, _ = obj(np.zeros(2), np.full(2, 1.6e38, dtype=np.float32))
    assert np.isfinite(gradient).all()


def test_classes_that_can_die_are_warned_of_and_pairs_without_a_gradient_refused():
    with pytest.raises(PairError, match="fenchel_young"):
        objective("sparsemax", "cross_entropy", library="xgboost", classes=3)
    with pytest.warns(UserWarning, match="fenchel_young") as caught:
        objective("sparsemax", "squared_error", library="xgboost", classes=3)
    assert caught[0].filename == __file__
    objective("sparsemax", "fenchel_young", library="xgboost", classes=3)


def test_a_derivative_that_is_no_number_is_found_wherever_it_stands():
    fine = np.array([1.0, 2.0, 3.0])
    assert check_derivatives(fine, fine, False, "these") == 1.0
    assert check_derivatives(1e300 * fine, fine, True, "these") == 1.0  # their squares overflow
    for bad in (np.nan, np.inf, -np.inf):
        for i in range(3):
            spoilt = np.where(np.arange(3) == i, bad, fine)
            for gradient, bends in ((spoilt, fine), (fine, spoilt)):
                with pytest.raises(DataError, match="derivatives of these are NaN or infinite"):
                    check_derivatives(gradient, bends, False, "these")


class OnADevice:
    """As CuPy's arrays: they refuse to become NumPy's unasked."""

    def __init__(self, array):
        self.array = array

    def __array__(self, *_, **__):
        raise TypeError("Implicit conversion to a NumPy array is not allowed")

    def get(self):
        return self.array


@pytest.mark.parametrize(
    "given",
    [polars.Series, pandas.Series, OnADevice, list],
    ids=["polars", "pandas", "device", "list"],
)
def test_labels_and_weights_of_other_libraries_are_read(given):
    w = np.array([1.0, 2.0, 3.0, 4.0])
    obj = objective("softmax", "focal", library="lightgbm", classes=3)
    expected = obj.init_score(Y, w)
    np.testing.assert_array_equal(obj.init_score(given(Y), given(w)), expected)
    for found, plain in zip(obj(given(Y), Z, given(w)), obj(Y, Z, w), strict=True):
        np.testing.assert_array_equal(found, plain)
    ours = objective("softmax", "focal", library="xgboost", classes=3)
    rows = np.eye(3)[Y]
    frame = polars.DataFrame(rows) if given is polars.Series else pandas.DataFrame(rows)
    for labels, same in ((given(Y), Y), (frame, rows)):
        assert ours.params(labels) == ours.params(same)


def test_what_has_no_numbers_is_refused_with_its_name():
    refused = OnADevice(None)
    refused.get = None
    with pytest.raises(InputTypeError, match="OnADevice cannot be read"):
        classes().base_score(refused)
    with pytest.raises(TargetError, match="nan"):
        classes().base_score(np.array([0.0, 1.0, np.nan]))
    counts = objective("exp", "poisson", library="lightgbm")
    with pytest.raises(TargetError, match="NaN"):  # which LightGBM's Dataset would turn into 0
        counts.init_score(np.array([0.0, 1.0, np.nan]))
