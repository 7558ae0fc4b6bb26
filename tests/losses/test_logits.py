"""Losses of logits: the canonical loss of an activation, and the z-loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mpf, workdps

import softgrad as sg
from laws.ulp import within

Z = np.random.default_rng(9).normal(size=(5, 4))
SOFT = np.random.default_rng(10).dirichlet(np.ones(4), 5)


def test_fenchel_young_of_softmax_is_kl_and_of_identity_half_the_squared_error() -> None:
    canonical = sg.OutputLayer(sg.softmax, sg.fenchel_young)
    kl = sg.OutputLayer(sg.softmax, sg.kl_divergence)
    np.testing.assert_allclose(canonical.value(Z, SOFT), kl.value(Z, SOFT), rtol=1e-14)
    canonical = sg.OutputLayer(sg.identity, sg.fenchel_young)
    half = 0.5 * sg.squared_error(Z, SOFT)
    np.testing.assert_allclose(canonical.value(Z, SOFT), half, rtol=1e-15)


@pytest.mark.parametrize("activation", [sg.softmax, sg.sigmoid, sg.exp, sg.relu], ids=repr)
def test_its_gradient_is_output_less_target_and_its_hessian_the_jacobian(activation: Any) -> None:
    layer = sg.OutputLayer(activation, sg.fenchel_young)
    expected = activation(Z) - SOFT
    assert np.max(np.abs(layer.gradient(Z, SOFT) - expected)) < 1e-15
    dense = layer.hessian(Z, SOFT).to_dense()
    np.testing.assert_array_equal(dense, activation.jacobian(Z).to_dense())


def test_the_hessian_of_a_confident_row_keeps_its_digits() -> None:
    """1 - p is e^-60 there; the sum of its terms, p - p^2, would be 0."""
    z = np.array([60.0, 0.0])
    with workdps(80):
        p, q = sg.softmax.exact([mpf(60), mpf(0)])
    layer = sg.OutputLayer(sg.softmax, sg.fenchel_young)
    within(8, layer.hessian(z, np.array(0)).diagonal(), [p * q, p * q])


def test_fenchel_young_belongs_to_an_activation_with_a_potential() -> None:
    with pytest.raises(sg.SoftgradError, match="convex potential"):
        sg.OutputLayer(sg.silu, sg.fenchel_young)
    with pytest.raises(sg.SoftgradError, match="potential of an activation"):
        sg.fenchel_young(SOFT, SOFT)
    with pytest.raises(sg.SoftgradError, match="function of logits"):
        sg.fenchel_young.exact([1], [1])


def test_z_loss_is_the_square_of_logsumexp_whatever_the_activation() -> None:
    expected = np.log(np.sum(np.exp(Z), axis=-1)) ** 2
    for activation in (sg.softmax, sg.sigmoid, sg.identity):
        layer = sg.OutputLayer(activation, sg.z_loss)
        np.testing.assert_allclose(layer.value(Z, SOFT), expected, rtol=1e-14)
    p = sg.softmax(Z)
    slope = 2 * np.sqrt(expected)[:, None] * p
    np.testing.assert_allclose(np.abs(sg.z_loss.gradient(Z, SOFT)), slope, rtol=1e-13)


def test_z_loss_keeps_its_digits_where_log_z_is_tiny() -> None:
    z = np.array([0.0, -80.0])
    with workdps(120):
        exact = sg.z_loss.exact([mpf(0), mpf(-80)], [0, 0])
    within(3, sg.z_loss(z, np.zeros(2)), exact)


def test_z_loss_is_a_term_to_add() -> None:
    labels = np.array([0, 1, 2, 3, 0])
    layer = sg.OutputLayer(sg.softmax, sg.cross_entropy + 1e-2 * sg.z_loss)
    parts = [sg.OutputLayer(sg.softmax, loss) for loss in (sg.cross_entropy, sg.z_loss)]
    total = parts[0].value(Z, labels) + 1e-2 * parts[1].value(Z, labels)
    np.testing.assert_allclose(layer.value(Z, labels), total, rtol=1e-15)
    lse = np.log(np.sum(np.exp(Z), axis=-1, keepdims=True))
    gradient = sg.softmax(Z) * (1 + 2e-2 * lse) - np.eye(4)[labels]
    assert np.max(np.abs(layer.gradient(Z, labels) - gradient)) < 1e-14


def test_z_loss_of_a_row_that_is_never_counts_nothing() -> None:
    never = np.full(3, -np.inf)
    assert sg.z_loss(never, np.zeros(3)) == 0
    assert np.all(sg.z_loss.gradient(never, np.zeros(3)) == 0)
