"""Proper scores are minimal at the target; improper losses are not, and where they are is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mpf, workdps

import softgrad as sg
from laws.reference_pairs import exact_pair
from laws.ulp import within

T = np.array([0.7, 0.2, 0.1])
PROPER = [
    sg.cross_entropy,
    sg.squared_error,
    sg.kl_divergence,
    sg.spherical_score,
    sg.ranked_probability_score,
]
MINIMISERS = {  # where the mean over labels drawn from T is least
    sg.Focal(gamma=2.0): (0.535, 0.293, 0.172),
    sg.Poly(epsilon=1.0): (0.789, 0.144, 0.067),
    sg.GeneralisedCrossEntropy(q=0.5): tuple(T**2 / np.sum(T**2)),
}


@pytest.mark.parametrize("loss", PROPER, ids=repr)
def test_a_proper_score_is_least_at_the_target(loss: Any) -> None:
    layer = sg.OutputLayer(sg.softmax, loss)
    z = np.log(T)
    assert np.max(np.abs(layer.gradient(z, T))) < 1e-15
    others = np.random.default_rng(5).dirichlet(np.ones(3), 200)
    assert np.all(loss(others, np.broadcast_to(T, others.shape)) > loss(T, T))


@pytest.mark.parametrize("loss", MINIMISERS, ids=repr)
def test_an_improper_loss_is_least_elsewhere(loss: Any) -> None:
    layer = sg.OutputLayer(sg.softmax, loss)
    at_minimum = layer.gradient(np.log(np.array(MINIMISERS[loss])), T)
    assert np.max(np.abs(at_minimum)) < 2e-3  # the places are printed to three digits
    assert np.max(np.abs(layer.gradient(np.log(T), T))) > 2e-2


def test_the_spherical_score_does_not_change_with_scale() -> None:
    p = np.random.default_rng(1).random((4, 3))
    labels = np.array([0, 1, 2, 0])
    score = sg.spherical_score
    np.testing.assert_allclose(score(p, labels), score(0.125 * p, labels), rtol=1e-15)
    along = np.sum(p * score.gradient(p, labels), axis=-1)
    assert np.max(np.abs(along)) < 1e-15


def test_the_spherical_score_of_a_distribution_is_the_mean_over_labels() -> None:
    p = np.array([0.3, 0.3, 0.4])
    one_by_one = [sg.spherical_score(p, np.array(label)) for label in range(3)]
    assert sg.spherical_score(p, T) == pytest.approx(np.dot(T, one_by_one), rel=1e-15)
    assert sg.spherical_score(T, T) == pytest.approx(1 - np.linalg.norm(T), rel=1e-14)


@pytest.mark.parametrize("margin", [5.0, 20.0, 100.0])
@pytest.mark.parametrize("loss", [sg.spherical_score, sg.ranked_probability_score], ids=repr)
def test_a_score_of_a_confident_row_keeps_its_digits(loss: Any, margin: float) -> None:
    z = [0.25, margin, 0.0, 1.0]
    with workdps(120):
        p = sg.softmax.exact([mpf(x) for x in z])
        exact = loss.exact(p, [0, 1, 0, 0])
    value = sg.OutputLayer(sg.softmax, loss).value(np.array(z), np.array(1))
    within(6, value, exact)


@pytest.mark.parametrize("loss", [sg.spherical_score, sg.cosine], ids=repr)
def test_the_hessian_of_a_confident_row_keeps_its_digits(loss: Any) -> None:
    """Off the diagonal it is of order p_i p_j (1 - p), and its terms of order p_i p_j."""
    z = (0.25, 20.0, 0.0, 1.0)
    exact = exact_pair(sg.softmax, loss, z, (0.0, 1.0, 0.0, 0.0))
    H = sg.OutputLayer(sg.softmax, loss).hessian(np.array(z), np.array(1)).to_dense()
    within(24, H, exact.hessian, exact.hessian_scale)


def test_the_ranked_probability_score_counts_thresholds() -> None:
    score, label = sg.ranked_probability_score, np.array(0)
    near, far = np.array([0.5, 0.5, 0.0]), np.array([0.5, 0.0, 0.5])
    assert score(near, label) == 0.25
    assert score(far, label) == 0.5
    H = score.hessian(near, label).to_dense()
    np.testing.assert_array_equal(H, 2.0 * (3 - np.maximum.outer(np.arange(3), np.arange(3))))


def test_a_masked_class_is_no_threshold() -> None:
    z, keep = np.array([0.3, 9.0, -0.7, 0.1]), np.array([True, False, True, True])
    layer = sg.OutputLayer(sg.softmax, sg.ranked_probability_score)
    value = layer.value(z, np.array(2), where=keep)
    assert value == pytest.approx(float(layer.value(z[keep], np.array(1))), rel=1e-14)
