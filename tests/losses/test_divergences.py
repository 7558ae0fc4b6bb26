"""Divergences: their limits, their symmetry, their zero, and their digits near it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mpf, workdps

import softgrad as sg
from laws.ulp import within

GENERATOR = np.random.default_rng(11)
P = GENERATOR.dirichlet(np.ones(5), 6)
T = GENERATOR.dirichlet(np.ones(5), 6)
Z = np.log(P)
DIVERGENCES = [
    sg.kl_divergence,
    sg.reverse_kl_divergence,
    sg.jensen_shannon,
    *(sg.AlphaDivergence(alpha=a) for a in (0.0, 1e-9, 0.25, 0.5, 0.75, 1.0)),
]


def assert_same_in_logits(a: Any, b: Any) -> None:
    for activation, z, t in ((sg.softmax, Z, T), (sg.sigmoid, Z + 2.0, T)):
        one, other = sg.OutputLayer(activation, a), sg.OutputLayer(activation, b)
        np.testing.assert_allclose(one.value(z, t), other.value(z, t), rtol=1e-13)
        first, second = one.gradient(z, t), other.gradient(z, t)
        assert np.max(np.abs(first - second)) < 1e-14
        first, second = one.hessian(z, t).to_dense(), other.hessian(z, t).to_dense()
        assert np.max(np.abs(first - second)) < 1e-14


def test_alpha_1_is_kl_and_alpha_0_is_reverse_kl() -> None:
    assert_same_in_logits(sg.AlphaDivergence(alpha=1.0), sg.kl_divergence)
    assert_same_in_logits(sg.AlphaDivergence(alpha=0.0), sg.reverse_kl_divergence)


@pytest.mark.parametrize("limit", [0.0, 1.0])
def test_the_limits_of_alpha_are_approached_without_cancellation(limit: float) -> None:
    near = sg.AlphaDivergence(alpha=abs(limit - 1e-12))
    np.testing.assert_allclose(near(P, T), sg.AlphaDivergence(alpha=limit)(P, T), rtol=1e-10)
    close = P * (1 + 1e-7 * np.array([1.0, -1.0, 0.0, 0.0, 0.0]))
    half_chi_square = 0.5 * np.sum((close - P) ** 2 / P, axis=-1)
    np.testing.assert_allclose(near(close, P), half_chi_square, rtol=1e-6)


def test_alpha_one_half_is_four_times_hellinger_squared() -> None:
    hellinger = 0.5 * np.sum((np.sqrt(P) - np.sqrt(T)) ** 2, axis=-1)
    np.testing.assert_allclose(sg.alpha_divergence(P, T), 4 * hellinger, rtol=1e-13)


@pytest.mark.parametrize("alpha", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_exchanging_prediction_and_target_exchanges_alpha(alpha: float) -> None:
    there, back = sg.AlphaDivergence(alpha=alpha), sg.AlphaDivergence(alpha=1 - alpha)
    np.testing.assert_allclose(there(P, T), back(T, P), rtol=1e-13)


def test_jensen_shannon_is_symmetric_and_at_most_log_2() -> None:
    np.testing.assert_allclose(sg.jensen_shannon(P, T), sg.jensen_shannon(T, P), rtol=1e-14)
    apart = sg.jensen_shannon(np.array([0.25, 0.75, 0.0]), np.array([0.0, 0.0, 1.0]))
    assert apart == pytest.approx(np.log(2), rel=1e-15)
    assert np.all(sg.jensen_shannon(P, T) < np.log(2))


@pytest.mark.parametrize("loss", DIVERGENCES, ids=repr)
def test_a_divergence_is_0_and_flat_where_prediction_and_target_agree(loss: Any) -> None:
    p = np.array([0.5, 0.25, 0.125, 0.125])
    assert loss(p, p) == 0
    assert np.all(loss(P, T) > 0)
    layer = sg.OutputLayer(sg.softmax, loss)
    z = np.log(p)
    assert np.max(np.abs(layer.gradient(z, sg.softmax(z)))) < 1e-16


@pytest.mark.parametrize("loss", DIVERGENCES, ids=repr)
def test_a_divergence_of_order_1e_16_keeps_its_digits(loss: Any) -> None:
    """Its terms are of order 1e-8 and cancel in the plain form."""
    t = np.array([0.5, 0.25, 0.25])
    p = t + np.array([2.0**-27, -(2.0**-28), -(2.0**-28)])
    with workdps(60):
        exact = loss.exact([mpf(x) for x in p], [mpf(x) for x in t])
    within(6, loss(p, t), exact)


def test_kl_is_cross_entropy_less_the_entropy_of_the_target() -> None:
    entropy = -np.sum(T * np.log(T), axis=-1)
    cross = sg.cross_entropy(P, T)
    np.testing.assert_allclose(sg.kl_divergence(P, T), cross - entropy, rtol=1e-12)
    layers = [sg.OutputLayer(sg.softmax, loss) for loss in (sg.kl_divergence, sg.cross_entropy)]
    first, second = (layer.gradient(Z, T) for layer in layers)
    assert np.max(np.abs(first - second)) < 1e-15


def test_kl_of_coins_counts_both_sides() -> None:
    z, t = np.array([0.5, -2.0]), np.array([0.25, 0.75])
    p = 1 / (1 + np.exp(-z))
    both = t * np.log(t / p) + (1 - t) * np.log((1 - t) / (1 - p))
    layer = sg.OutputLayer(sg.sigmoid, sg.kl_divergence)
    np.testing.assert_allclose(layer.value(z, t), both.sum(), rtol=1e-14)


def test_kl_of_predictions_that_do_not_sum_to_1_is_the_sum_as_it_stands() -> None:
    p, t = np.array([0.5, 0.75]), np.array([0.25, 0.25])
    expected = np.sum(t * np.log(t / p))
    assert sg.kl_divergence(p, t) == pytest.approx(expected, rel=1e-14)


def test_zeros_count_what_their_limit_is() -> None:
    p, t = np.array([0.0, 0.5, 0.5]), np.array([0.0, 0.25, 0.75])
    inside = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    for loss in DIVERGENCES:
        assert loss(p, t) == pytest.approx(float(loss(*inside)), rel=1e-14)
    assert sg.kl_divergence(np.array([0.0, 1.0]), np.array([0.5, 0.5])) == np.inf
    assert sg.reverse_kl_divergence(np.array([0.5, 0.5]), np.array([0.0, 1.0])) == np.inf
    assert np.isfinite(sg.jensen_shannon(np.array([0.0, 1.0]), np.array([0.5, 0.5])))
    assert np.isfinite(sg.alpha_divergence(np.array([0.5, 0.5]), np.array([0.0, 1.0])))
