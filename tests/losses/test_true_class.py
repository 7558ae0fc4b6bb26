"""Losses of the true class: what they are of each other, and where they are convex."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mpf, workdps

import softgrad as sg
from laws.ulp import within

Z = np.random.default_rng(7).normal(size=(6, 4))
LABELS = np.array([0, 1, 2, 3, 1, 0])
COINS = (np.random.default_rng(8).random((6, 4)) > 0.5).astype(float)
BOUNDED = [sg.generalised_cross_entropy, sg.true_class_error, sg.taylor_cross_entropy]
INFINITE = [sg.cross_entropy, sg.focal, sg.poly, sg.symmetric_cross_entropy]


def assert_same(a: Any, b: Any, rtol: float = 1e-14) -> None:
    """The same value, gradient and Hessian, through softmax and through sigmoid."""
    for activation, t in ((sg.softmax, LABELS), (sg.sigmoid, COINS)):
        one, other = sg.OutputLayer(activation, a), sg.OutputLayer(activation, b)
        np.testing.assert_allclose(one.value(Z, t), other.value(Z, t), rtol=rtol)
        np.testing.assert_allclose(one.gradient(Z, t), other.gradient(Z, t), rtol=10 * rtol)
        first, second = one.hessian(Z, t).to_dense(), other.hessian(Z, t).to_dense()
        assert np.max(np.abs(first - second)) <= 10 * rtol * np.max(np.abs(second))


def test_focal_with_gamma_0_is_cross_entropy() -> None:
    assert_same(sg.Focal(gamma=0.0), sg.cross_entropy)


def test_generalised_cross_entropy_tends_to_cross_entropy() -> None:
    assert_same(sg.GeneralisedCrossEntropy(q=1e-9), sg.cross_entropy, rtol=1e-8)


def test_q_1_and_order_1_are_the_rate_of_errors() -> None:
    assert_same(sg.GeneralisedCrossEntropy(q=1.0), sg.true_class_error)
    assert_same(sg.TaylorCrossEntropy(order=1), sg.true_class_error)


def test_taylor_cross_entropy_tends_to_cross_entropy() -> None:
    assert_same(sg.TaylorCrossEntropy(order=2000), sg.cross_entropy, rtol=1e-12)


def test_of_a_label_the_rate_of_errors_is_half_the_absolute_error() -> None:
    p = sg.softmax(Z)
    half = 0.5 * sg.absolute_error(p, LABELS)
    np.testing.assert_allclose(sg.true_class_error(p, LABELS), half, rtol=1e-14)


def test_symmetric_cross_entropy_is_a_multiple_of_poly() -> None:
    poly = 0.5 * sg.Poly(epsilon=3.0 * 4.0 / 0.5)
    assert_same(sg.SymmetricCrossEntropy(alpha=0.5, beta=3.0, A=-4.0), poly)


@pytest.mark.parametrize("margin", [1.0, 20.0, 36.5, 100.0])
def test_poly_without_its_first_term_keeps_its_digits(margin: float) -> None:
    """L - q is of order q^2, far below the rounding of L and q."""
    layer = sg.OutputLayer(sg.softmax, sg.Poly(epsilon=-1.0))
    with workdps(120):
        p = sg.softmax.exact([mpf(margin), mpf(0)])[0]
        exact = sg.Poly(epsilon=-1.0).exact_psi(p)
    within(6, layer.value(np.array([[margin, 0.0]]), np.array([0])), exact)


@pytest.mark.parametrize("gamma", [0.25, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_focal_has_its_limit_where_a_row_is_hopeless_or_certain(gamma: float, dtype: Any) -> None:
    layer = sg.OutputLayer(sg.softmax, sg.Focal(gamma=gamma))
    z = np.array([[900.0, 0.0, 0.0]], dtype=dtype)
    certain, hopeless = np.array([0]), np.array([1])
    assert layer.value(z, certain) == 0
    assert np.all(layer.gradient(z, certain) == 0)
    assert np.all(layer.hessian(z, certain).to_dense() == 0)
    assert layer.value(z, hopeless) == 900
    np.testing.assert_array_equal(layer.gradient(z, hopeless), [[1.0, -1.0, 0.0]])
    assert np.all(layer.hessian(z, hopeless).to_dense() == 0)


@pytest.mark.parametrize("loss", BOUNDED, ids=repr)
def test_a_bounded_loss_is_finite_where_p_is_0(loss: Any) -> None:
    p, t = np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0])
    assert loss(p, t) == pytest.approx(float(loss.exact_psi(mpf(0))), rel=1e-15)
    assert np.all(np.isfinite(loss.gradient(p, t)))


@pytest.mark.parametrize("loss", [*BOUNDED, *INFINITE], ids=repr)
def test_a_class_that_the_target_leaves_out_counts_nothing_and_nan_stays(loss: Any) -> None:
    assert loss(np.array([0.0, 1.0]), np.array([0.0, 1.0])) == 0
    assert np.isnan(loss(np.array([np.nan, 0.5]), np.array([0.0, 1.0])))


@pytest.mark.parametrize("loss", INFINITE, ids=repr)
def test_the_others_are_infinite_at_0_and_refuse_sparse_outputs(loss: Any) -> None:
    assert loss(np.array([0.0, 1.0]), np.array([1.0, 0.0])) == np.inf
    with pytest.raises(sg.SoftgradError, match="zeros included"):
        sg.OutputLayer(sg.sparsemax, loss)


CONVEX_FROM = {  # the p_c from which each loss is convex in the logits of softmax
    sg.GeneralisedCrossEntropy(q=0.5): 0.5 / 1.5,
    sg.GeneralisedCrossEntropy(q=1.0): 0.5,
    sg.Poly(epsilon=1.0): 0.0,
    # 1 + 3 p - 3 (1 - p) >= 0
    sg.Poly(epsilon=3.0): 1 / 3,
    sg.Focal(gamma=2.0): 0.0578,
}


@pytest.mark.parametrize("loss", CONVEX_FROM, ids=repr)
def test_convex_exactly_where_the_criterion_says(loss: Any) -> None:
    """psi' >= 0 and psi' + psi'' (1 - p) / p >= 0: g^T J^+ g = (1 - p) / p for g = p - e_c."""
    others = np.log(np.array([0.5, 0.3, 0.2]))
    for p in (0.01, 0.05, 0.065, 0.2, 0.3, 0.32, 0.35, 0.45, 0.55, 0.9):
        z = np.array([np.log(p / (1 - p)), *others])
        H = sg.OutputLayer(sg.softmax, loss).hessian(z, np.array(0)).to_dense()
        smallest = np.min(np.linalg.eigvalsh(H))
        assert (smallest >= -1e-15) == (p >= CONVEX_FROM[loss])


def test_given_log_probabilities_are_taken_as_they_are() -> None:
    logs = sg.log_softmax(Z)
    soft = np.abs(Z) / np.abs(Z).sum(axis=-1, keepdims=True)
    for t in (LABELS, soft):
        expected = sg.cross_entropy(np.exp(logs), t)
        np.testing.assert_allclose(sg.negative_log_likelihood(logs, t), expected, rtol=1e-14)
        given = sg.OutputLayer("identity", "negative_log_likelihood")
        np.testing.assert_allclose(given.value(logs, t), expected, rtol=1e-14)
        dense = np.eye(4)[t] if t.ndim == 1 else t
        np.testing.assert_array_equal(given.gradient(logs, t), -dense)
        both = [
            sg.OutputLayer("log_softmax", one)
            for one in ("negative_log_likelihood", "cross_entropy")
        ]
        np.testing.assert_allclose(both[0].gradient(Z, t), both[1].gradient(Z, t), atol=1e-15)
    never = np.array([-np.inf, 0.0])
    assert sg.negative_log_likelihood(never, np.array(1)) == 0.0
    assert sg.negative_log_likelihood(never, np.array(0)) == np.inf
