"""Weights, reductions, ignored labels, smoothing and margins mean one thing, on every pair."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import softgrad as sg
from softgrad import OutputLayer

# No row is at a kink of sparsemax (two largest logits that differ by exactly 1).
Z = np.array([[1.0, 1.7, 0.6], [0.1, 0.9, -0.8], [2.3, 0.2, 0.45], [-0.7, 0.4, 0.05]])
LABELS = np.array([0, 2, 1, 2])
WEIGHTS = np.array([1.0, 0.0, 2.5, 0.75])
PAIRS = [
    ("softmax", "cross_entropy"),  # has a kernel
    ("softmax", "focal"),
    ("sparsemax", "fenchel_young"),
    ("taylor_softmax", "squared_error"),
]
each_pair = pytest.mark.parametrize("pair", PAIRS, ids="-".join)


def close(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=1e-14, atol=1e-16))


@each_pair
def test_a_weighted_mean_divides_by_the_sum_of_the_weights(pair: Any) -> None:
    layer = OutputLayer(*pair)
    rows = layer.value(Z, LABELS)
    assert rows.shape == (4,)
    assert close(layer.value(Z, LABELS, reduction="sum"), np.sum(rows))
    assert close(layer.value(Z, LABELS, reduction="mean"), np.mean(rows))
    options: dict[str, Any] = {"sample_weight": WEIGHTS}
    assert close(layer.value(Z, LABELS, **options), WEIGHTS * rows)
    mean = layer.value(Z, LABELS, reduction="mean", **options)
    assert close(mean, np.sum(WEIGHTS * rows) / np.sum(WEIGHTS))


@each_pair
def test_a_weight_is_a_repetition(pair: Any) -> None:
    layer = OutputLayer(*pair, reduction="mean")
    times = np.array([1, 0, 3, 2])
    again = np.repeat(np.arange(4), times)
    weighted = layer.value_and_gradient(Z, LABELS, sample_weight=times)
    repeated = layer.value_and_gradient(Z[again], LABELS[again])
    assert close(weighted[0], repeated[0])
    assert close(weighted[1][2], 3 * repeated[1][1])


@each_pair
def test_a_class_weight_is_the_weight_of_the_rows_of_that_class(pair: Any) -> None:
    layer = OutputLayer(*pair)
    by_class = np.array([0.5, 2.0, 3.0])
    for reduction in ("none", "sum", "mean"):
        expected = layer.value_and_gradient(
            Z, LABELS, reduction=reduction, sample_weight=by_class[LABELS] * WEIGHTS
        )
        for given in (by_class, [0.5, 2.0, 3.0], {0: 0.5, 1: 2.0, 2: 3.0}):
            found = layer.value_and_gradient(
                Z, LABELS, reduction=reduction, sample_weight=WEIGHTS, class_weight=given
            )
            assert close(found[0], expected[0])
            assert close(found[1], expected[1])
    assert close(
        layer.value(Z, LABELS, class_weight={1: 2.0}),
        layer.value(Z, LABELS, class_weight=[1.0, 2.0, 1.0]),
    )


@each_pair
def test_an_ignored_row_is_as_if_it_were_not_there(pair: Any) -> None:
    layer = OutputLayer(*pair)
    labels = np.array([0, -7, 1, 2])
    keep = np.array([True, False, True, True])
    for reduction in ("sum", "mean"):
        found = layer.value_and_gradient(Z, labels, ignore_label=-7, reduction=reduction)
        expected = layer.value_and_gradient(Z[keep], labels[keep], reduction=reduction)
        assert close(found[0], expected[0])
        assert close(found[1][keep], expected[1])
        assert not np.any(found[1][1])
    assert layer.value(Z, labels, ignore_label=-7)[1] == 0
    spoiled = Z.copy()
    spoiled[1] = np.nan
    assert close(
        layer.gradient(spoiled, labels, ignore_label=-7), layer.gradient(Z, labels, ignore_label=-7)
    )


@each_pair
def test_hard_labels_are_one_hot_rows_under_every_option(pair: Any) -> None:
    layer = OutputLayer(*pair)
    options: dict[str, Any] = {
        "sample_weight": WEIGHTS,
        "class_weight": {2: 3.0},
        "reduction": "mean",
        "margin": 0.25,
    }
    for smoothing in (0.0, 0.1):
        hard = layer.value_and_gradient(Z, LABELS, label_smoothing=smoothing, **options)
        soft = layer.value_and_gradient(Z, np.eye(3)[LABELS], label_smoothing=smoothing, **options)
        assert close(hard[0], soft[0])
        assert close(hard[1], soft[1])


@each_pair
def test_smoothing_is_a_mixture_with_the_even_target(pair: Any) -> None:
    layer = OutputLayer(*pair)
    smooth = 0.9 * np.eye(3)[LABELS] + 0.1 / 3
    found = layer.value_and_gradient(Z, LABELS, label_smoothing=0.1)
    expected = layer.value_and_gradient(Z, smooth)
    assert np.allclose(found[0], expected[0], rtol=1e-13, atol=1e-15)
    assert np.allclose(found[1], expected[1], rtol=1e-13, atol=1e-15)


def test_smoothing_of_coins_goes_to_one_half_and_of_masked_classes_to_the_others() -> None:
    coins = OutputLayer("sigmoid", "cross_entropy")
    t = np.array([[1.0, 0.0, 1.0]])
    assert close(coins.value(Z[:1], t, label_smoothing=0.2), coins.value(Z[:1], 0.8 * t + 0.1))
    layer = OutputLayer("softmax", "cross_entropy")
    keep = np.array([True, True, False])
    found = layer.value(Z[:1], LABELS[:1], where=keep, label_smoothing=0.2)
    assert close(found, layer.value(Z[:1, :2], np.array([[0.9, 0.1]])))


@each_pair
def test_a_margin_lowers_the_logit_of_the_target(pair: Any) -> None:
    layer = OutputLayer(*pair, margin=0.75)
    plain = OutputLayer(*pair)
    moved = Z - 0.75 * np.eye(3)[LABELS]
    assert close(layer.value(Z, LABELS), plain.value(moved, LABELS))
    assert close(layer.gradient(Z, LABELS), plain.gradient(moved, LABELS))
    assert close(layer.predict(Z), plain.predict(Z))


@each_pair
@pytest.mark.parametrize(
    "options",
    [
        {"reduction": "mean"},
        {"reduction": "sum", "sample_weight": WEIGHTS},
        {"reduction": "mean", "sample_weight": WEIGHTS, "class_weight": [0.5, 2.0, 3.0]},
        {"reduction": "mean", "label_smoothing": 0.2, "class_weight": {1: 4.0}},
        {"reduction": "mean", "margin": 0.5},
        {"reduction": "mean", "ignore_label": 2},
        {"reduction": "mean", "where": np.array([[True, True, True]] * 3 + [[True, False, True]])},
    ],
    ids=str,
)
def test_derivatives_are_those_of_the_reduced_value(pair: Any, options: Any) -> None:
    layer, given = OutputLayer(*pair), options
    h = 1e-5
    value, gradient = layer.value_and_gradient(Z, LABELS, **given)
    assert np.shape(value) == ()
    v = np.array([[0.5, -1.0, 0.25], [1.0, 0.5, 0.0], [-0.5, 0.25, 1.0], [0.125, 1.0, -1.0]])
    along = layer.value(Z + h * v, LABELS, **given) - layer.value(Z - h * v, LABELS, **given)
    assert np.isclose(np.sum(gradient * v), along / (2 * h), rtol=1e-7, atol=1e-9)
    slopes = layer.gradient(Z + h * v, LABELS, **given) - layer.gradient(Z - h * v, LABELS, **given)
    assert np.allclose(layer.hvp(Z, LABELS, v, **given), slopes / (2 * h), rtol=1e-6, atol=1e-9)
    hessian = layer.hessian(Z, LABELS, **given)
    assert close(hessian @ v, layer.hvp(Z, LABELS, v, **given))
    diagonal = layer.gradient_and_hessian_diagonal(Z, LABELS, **given)[1]
    assert close(hessian.diagonal(), diagonal)


def test_settings_of_the_layer_hold_for_every_call_and_can_be_given_anew() -> None:
    layer = OutputLayer("softmax", "cross_entropy", reduction="mean", label_smoothing=0.1)
    plain = OutputLayer("softmax", "cross_entropy")
    assert close(
        layer.value(Z, LABELS), plain.value(Z, LABELS, reduction="mean", label_smoothing=0.1)
    )
    assert close(
        layer.value(Z, LABELS, reduction="none", label_smoothing=0.0), plain.value(Z, LABELS)
    )
    assert sg.OutputLayer("softmax", "cross_entropy", axis=0).predict(Z).sum(0)[0] == 1.0


@pytest.mark.parametrize("method", ["hessian", "gauss_newton"])
def test_a_row_that_counts_nothing_has_no_curvature_even_if_it_is_nan(method: str) -> None:
    layer = OutputLayer("softmax", "squared_error", ignore_label=-1, reduction="mean")
    z = np.array([[0.3, -1.0, 2.0], [np.nan, 0.0, np.inf], [1.0, 2.0, 0.5]])
    dense = getattr(layer, method)(z, np.array([0, -1, 2])).to_dense()
    rest = getattr(layer, method)(z[[0, 2]], np.array([0, 2])).to_dense()
    np.testing.assert_array_equal(dense[1], 0)
    np.testing.assert_allclose(dense[[0, 2]], rest, rtol=1e-15)
