"""The only score of a row, under a hinge, is a coin: smoothed and weighed as one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from softgrad import OutputLayer, Sigmoid
from softgrad.boosting import objective

Z, T = np.array([[0.25], [0.25], [-0.5]]), np.array([[0.0], [1.0], [0.25]])
each_hinge = pytest.mark.parametrize(("loss", "power"), [("hinge", 1), ("squared_hinge", 2)])


def by_hand(t: np.ndarray, power: int) -> np.ndarray:
    return t * np.maximum(0, 1 - Z) ** power + (1 - t) * np.maximum(0, 1 + Z) ** power


@each_hinge
@pytest.mark.parametrize("axis", [-1, ()])
def test_smoothing_goes_towards_one_half(loss: str, power: int, axis: Any) -> None:
    layer = OutputLayer("identity", loss, label_smoothing=0.2, axis=axis)
    z, t = (Z, T) if axis == -1 else (Z[:, 0], T[:, 0])
    expected = by_hand(0.8 * T + 0.1, power)[:, 0]
    np.testing.assert_array_max_ulp(layer.value(z, t), expected, 4)


@each_hinge
def test_it_has_two_class_weights(loss: str, power: int) -> None:
    layer = OutputLayer("identity", loss, class_weight=[2.0, 3.0])
    expected = ((2 * (1 - T) + 3 * T) * by_hand(T, power))[:, 0]
    np.testing.assert_array_max_ulp(layer.value(Z, T), expected, 4)


def test_boosting_smooths_and_weighs_it_so() -> None:
    y, scores = np.array([0.0, 1.0]), np.zeros(2)
    smoothed = objective("identity", "hinge", library="xgboost", label_smoothing=0.2)
    np.testing.assert_allclose(np.ravel(smoothed(y, scores)[0]), [0.8, -0.8], rtol=1e-6)
    weighed = objective("identity", "hinge", library="xgboost", class_weight=[2.0, 3.0])
    np.testing.assert_allclose(np.ravel(weighed(y, scores)[0]), [2.0, -3.0], rtol=1e-6)


def test_rows_of_several_scores_keep_their_classes() -> None:
    layer = OutputLayer("identity", "hinge", label_smoothing=0.3)
    z = np.array([[0.5, -0.25, 1.0]])
    t = np.array([[0.8, 0.1, 0.1]])
    expected = OutputLayer("identity", "hinge").value(z, t)
    np.testing.assert_array_max_ulp(layer.value(z, np.array([0])), expected, 4)


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_a_masked_target_is_in_no_class_weight(reduction: str) -> None:
    z, keep = np.array([[0.5, 0.25, 1.0]]), np.array([True, True, False])
    layer = OutputLayer("softmax", "cross_entropy", class_weight=[1, 2, 0.5], reduction=reduction)
    expected = OutputLayer(
        "softmax", "cross_entropy", class_weight=[1, 2], reduction=reduction
    ).value_and_gradient(z[:, :2], [[0.25, 0.5]])
    for junk in (0.25, np.nan, np.inf, -3.0):
        value, slopes = layer.value_and_gradient(z, [[0.25, 0.5, junk]], where=keep)
        np.testing.assert_array_max_ulp(value, expected[0], 4)
        np.testing.assert_array_max_ulp(slopes[:, :2], expected[1], 4)


def test_a_label_that_is_masked_weighs_what_its_one_hot_row_does() -> None:
    z, keep = np.array([[0.5, 0.25, 1.0], [0.0, 1.0, 2.0]]), np.array([True, True, False])
    layer = OutputLayer("softmax", "squared_error", class_weight=[1.0, 2.0, 0.5])
    labels = np.array([2, 1])
    by_label = layer.value_and_gradient(z, labels, where=keep)
    one_hot = layer.value_and_gradient(z, np.eye(3)[labels], where=keep)
    for a, b in zip(by_label, one_hot, strict=True):
        np.testing.assert_array_max_ulp(a, b, 4)
    assert by_label[0][0] == 0.0


def test_a_coin_of_weight_0_has_no_hessian() -> None:
    layer = OutputLayer(Sigmoid(), "reverse_kl_divergence")
    z, t = np.full((2, 1), 0.5), np.full((2, 1), 0.25)
    assert layer.hessian(z, t, sample_weight=[0.0, 1.0]).diagonal()[0] == 0.0


def test_a_layer_cannot_be_changed() -> None:
    layer = OutputLayer("softmax", "cross_entropy", label_smoothing=0.1)
    for name in ("loss", "activation", "settings", "axis"):
        with pytest.raises(AttributeError):
            setattr(layer, name, 0)
    layer.settings["label_smoothing"] = 0.5  # a copy
    assert layer == OutputLayer("softmax", "cross_entropy", label_smoothing=0.1)
