"""Losses of values: limits, kinks, digits near the target and far from it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import exp, mpf, workdps
from sklearn.metrics import (
    mean_absolute_percentage_error,
    mean_squared_log_error,
    mean_tweedie_deviance,
)

import softgrad as sg
from laws.ulp import within

R = np.array([[0.5, -1.25, 3.0, 40.0], [1.5, 0.0, -7.0, 0.125]])
T = np.array([[0.25, 1.0, 3.5, -2.0], [1.0, 2.0, -7.5, 0.0]])
ROBUST = [sg.Huber(delta=0.5), sg.PseudoHuber(delta=0.5), sg.log_cosh]


@pytest.mark.parametrize("loss", [sg.Huber(delta=1e6), sg.PseudoHuber(delta=1e9)], ids=repr)
def test_for_a_large_delta_it_is_half_the_squared_error(loss: Any) -> None:
    np.testing.assert_allclose(loss(R, T), 0.5 * sg.squared_error(R, T), rtol=1e-12)
    half = 0.5 * sg.squared_error.gradient(R, T)
    np.testing.assert_allclose(loss.gradient(R, T), half, rtol=1e-12)


def test_huber_of_probabilities_is_half_the_brier_score_even_at_0_and_1() -> None:
    p, t = np.array([0.0, 1.0, 0.25]), np.array([1.0, 0.0, 0.0])
    np.testing.assert_array_equal(sg.huber.hessian(p, t).diagonal(), np.ones(3))
    layers = [sg.OutputLayer(sg.softmax, loss) for loss in (sg.huber, sg.squared_error)]
    z, label = np.array([60.0, 0.0, 1.0]), np.array(1)
    first, second = (layer.hessian(z, label).to_dense() for layer in layers)
    np.testing.assert_allclose(first, 0.5 * second, rtol=1e-14)


def test_huber_sees_on_which_side_of_delta_a_rounded_difference_was() -> None:
    """r - t rounds to -1 for both; only the first is within delta."""
    r, t = np.array([1e-20, -1e-20]), np.array([1.0, 1.0])
    np.testing.assert_array_equal(sg.huber.hessian(r, t).diagonal(), [1.0, 0.0])


@pytest.mark.parametrize("loss", ROBUST, ids=repr)
@pytest.mark.parametrize("difference", [1e-160, 1e-9, 0.4, 3.0, 700.0, 1e160])
def test_a_robust_loss_keeps_its_digits_near_and_far(loss: Any, difference: float) -> None:
    with workdps(700):
        exact = loss.exact([mpf(difference)], [mpf(0)])
    within(4, loss(np.array([difference]), np.zeros(1)), exact)


@pytest.mark.parametrize("loss", [sg.absolute_error, sg.quantile, *ROBUST], ids=repr)
def test_at_the_target_the_derivative_is_0_and_nan_stays(loss: Any) -> None:
    t = np.array([3.0, np.nan])
    gradient = loss.gradient(np.array([3.0, 3.0]), t)
    assert gradient[0] == 0
    assert np.isnan(gradient[1])
    assert np.isnan(loss(np.array([3.0, 3.0]), t))


def test_the_median_is_half_the_absolute_error() -> None:
    np.testing.assert_array_equal(sg.quantile(R, T), 0.5 * sg.absolute_error(R, T))


@pytest.mark.parametrize("tau", [0.1, 0.5, 0.9])
def test_the_mean_quantile_loss_is_least_at_the_quantile(tau: float) -> None:
    observed = np.random.default_rng(2).normal(size=(1001, 1))
    loss = sg.Quantile(tau=tau)
    at = [float(np.quantile(observed, q)) for q in (tau - 0.05, tau, tau + 0.05)]
    below, best, above = (np.mean(loss(np.full((1001, 1), q), observed)) for q in at)
    assert best < below
    assert best < above


def test_exp_with_poisson_is_its_canonical_pair() -> None:
    z, y = np.array([[0.5, -1.0, 20.0]]), np.array([[0.0, 2.0, 7.0]])
    layer = sg.OutputLayer(sg.exp, sg.poisson)
    np.testing.assert_allclose(layer.value(z, y), np.sum(np.exp(z) - y * z, axis=-1), rtol=1e-15)
    np.testing.assert_allclose(layer.gradient(z, y), np.exp(z) - y, rtol=1e-15)
    np.testing.assert_allclose(layer.hessian(z, y).diagonal(), np.exp(z), rtol=1e-15)


def test_the_ends_of_tweedie_are_poisson_and_gamma() -> None:
    mean, y = np.array([0.5, 3.0, 7.0]), np.array([1.0, 0.0, 9.0])
    np.testing.assert_allclose(sg.Tweedie(rho=1.0)(mean, y), sg.poisson(mean, y), rtol=1e-15)
    y[1] = 0.25  # where the gamma distribution has a density
    gamma = np.sum(y / mean + np.log(mean))
    np.testing.assert_allclose(sg.Tweedie(rho=2.0)(mean, y), gamma, rtol=1e-15)
    np.testing.assert_allclose(sg.Tweedie(rho=2.0).gradient(mean, y), (mean - y) / mean**2)


@pytest.mark.parametrize("rho", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("z", [-800.0, -1.0, 800.0])
def test_tweedie_of_exp_is_exact_where_the_mean_underflows_or_overflows(
    rho: float, z: float
) -> None:
    loss = sg.Tweedie(rho=rho)
    layer = sg.OutputLayer(sg.exp, loss)
    with workdps(60):
        exact = loss.exact(sg.exp.exact([mpf(z)]), [mpf(2)])
        slope = _power(z, 2 - rho) - 2 * _power(z, 1 - rho)
    within(500, layer.value(np.array([z]), np.array([2.0])), exact)  # |z| / 2: exp of a rounded z
    within(500, layer.gradient(np.array([z]), np.array([2.0])), [slope])


def _power(z: float, exponent: float) -> Any:
    return exp(mpf(z) * mpf(exponent))


@pytest.mark.parametrize("loss", [sg.poisson, sg.tweedie], ids=repr)
def test_a_rate_is_refused_where_it_may_be_0_or_negative(loss: Any) -> None:
    with pytest.raises(sg.SoftgradError, match="positive values"):
        sg.OutputLayer(sg.relu, loss)


@pytest.mark.parametrize("loss", [sg.poisson, sg.Tweedie(rho=0.5)], ids=repr)
def test_positive_values_without_a_logarithm_are_no_rate(loss: Any) -> None:
    """A clipped z lies within the domain, but has no form that the loss is written on."""
    with pytest.raises(sg.SoftgradError, match="no logarithm of its output"):
        sg.OutputLayer(sg.HardTanh(low=5.0, high=6.0), loss)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("rho", "z"), [(-1.0, 800.0), (0.0, 800.0), (0.5, 800.0), (3.0, -800.0)])
def test_a_tweedie_rate_beyond_all_numbers_is_pulled_back(rho: float, z: float, dtype: Any) -> None:
    """Of two infinite terms the one that outgrows the other is the slope, and the curvature."""
    layer = sg.OutputLayer("exp", sg.Tweedie(rho=rho), axis=())
    slope, bend = layer.gradient_and_hessian_diagonal(np.array([z], dtype), np.array([0.3], dtype))
    assert (slope[0], bend[0]) == (np.copysign(np.inf, z), np.inf)


def test_gaussian_is_least_at_the_mean_and_the_log_of_the_variance() -> None:
    observed = np.random.default_rng(4).normal(3.0, 2.0, size=500)
    best = np.array([observed.mean(), np.log(observed.var())])
    rows = np.tile(best, (500, 1))
    assert np.max(np.abs(np.mean(sg.gaussian.gradient(rows, observed), axis=0))) < 1e-14
    likelihood = 0.5 * (best[1] + (observed - best[0]) ** 2 / observed.var())
    np.testing.assert_allclose(sg.gaussian(rows, observed), likelihood, rtol=1e-12)


def test_gaussian_takes_rows_of_two_and_a_target_a_row() -> None:
    with pytest.raises(sg.SoftgradError, match="length 3"):
        sg.gaussian(np.zeros((4, 3)), np.zeros(4))
    with pytest.raises(sg.SoftgradError, match="one observed value a row"):
        sg.gaussian(np.zeros((4, 2)), np.zeros((4, 2)))


def test_cosine_does_not_change_with_scale() -> None:
    value = sg.cosine(R, T)
    np.testing.assert_allclose(sg.cosine(1e200 * R, 1e-200 * T), value, rtol=1e-14)
    assert np.max(np.abs(np.sum(R * sg.cosine.gradient(R, T), axis=-1))) < 1e-15
    assert sg.cosine(R[0], -3.0 * R[0]) == pytest.approx(2.0, rel=1e-15)
    assert sg.cosine(R[0], 3.0 * R[0]) < 1e-31


@pytest.mark.parametrize("margin", [5.0, 20.0, 36.5, 100.0])
def test_cosine_of_a_confident_row_keeps_its_digits(margin: float) -> None:
    with workdps(150):
        p = sg.softmax.exact([mpf(0), mpf(margin), mpf(0.5)])
        exact = sg.cosine.exact(p, [0, 1, 0])
    layer = sg.OutputLayer(sg.softmax, sg.cosine)
    within(6, layer.value(np.array([0.0, margin, 0.5]), np.array(1)), exact)


def test_a_row_of_zeros_has_no_direction() -> None:
    zero = np.zeros(4)
    assert sg.cosine(zero, T[0]) == pytest.approx(0.5, rel=1e-15)
    assert sg.cosine(zero, zero) == 0
    np.testing.assert_array_equal(sg.cosine.gradient(zero, T[0]), zero)


@pytest.mark.parametrize("rho", [-1.5, 0.0, 1.0, 1.5, 2.0, 3.0, 4.5])
def test_tweedie_is_half_the_deviance_but_for_what_the_target_alone_says(rho: float) -> None:
    y = np.array([[0.5, 2.0, 7.5]])
    means = np.array([[[0.25, 3.0, 7.0]], [[1.5, 0.75, 20.0]]])
    values = [sg.Tweedie(rho=rho)(mean, y)[0] for mean in means]
    deviances = [3 * mean_tweedie_deviance(y[0], mean[0], power=rho) for mean in means]
    np.testing.assert_allclose(values[1] - values[0], np.diff(deviances)[0] / 2, rtol=1e-12)


@pytest.mark.parametrize("rho", [-1.0, 0.0, 0.5, 3.0])
def test_tweedie_is_least_at_the_target_whatever_its_power_is(rho: float) -> None:
    y = np.array([0.25, 1.0, 6.0])
    assert not np.any(sg.Tweedie(rho=rho).gradient(y, y))
    assert np.all(sg.Tweedie(rho=rho).hessian(y, y).diagonal() > 0)


def test_tweedie_takes_the_targets_that_its_distribution_has() -> None:
    layers = {rho: sg.OutputLayer("exp", sg.Tweedie(rho=rho)) for rho in (-1.0, 0.0, 0.5, 3.0)}
    one = np.zeros((1, 1))
    for rho in (-1.0, 0.0):
        assert np.isfinite(layers[rho].value(one, one - 2.0))
    for rho, refused in ((0.5, -0.5), (3.0, 0.0)):
        with pytest.raises(sg.SoftgradError, match="takes targets in"):
            layers[rho].value(one, one + refused)


def test_squared_log_error_and_percentage_error_are_those_of_scikit_learn() -> None:
    r, t = np.array([[0.0, 3.0, 1e6, 0.25]]), np.array([[2.0, 3.5, 7.0, 0.125]])
    ours = sg.squared_log_error(r, t)[0] / 4
    np.testing.assert_allclose(ours, mean_squared_log_error(t[0], r[0]), rtol=1e-14)
    for target in (t, t * np.array([1.0, 0.0, -1.0, 1.0])):
        ours = sg.absolute_percentage_error(r, target)[0] / 4
        wanted = mean_absolute_percentage_error(target[0], r[0])
        np.testing.assert_allclose(ours, wanted, rtol=1e-14)


@pytest.mark.parametrize("t", [0.0, 1e-9, 3.0, 1e12])
@pytest.mark.parametrize("ratio", [0.0, 1 - 2.0**-30, 1 + 2.0**-30, 5.0, 1e200])
def test_squared_log_error_keeps_its_digits_near_and_far(t: float, ratio: float) -> None:
    r = np.maximum(0.0, np.array([(1.0 + t) * ratio - 1.0]))
    with workdps(260):
        exact = sg.squared_log_error.exact([mpf(r[0])], [mpf(t)])
    within(4, sg.squared_log_error(r, np.array([t])), exact)


def test_an_infinite_prediction_of_squared_log_error_has_no_slope() -> None:
    r, t = np.array([np.inf]), np.array([1.0])
    assert sg.squared_log_error(r, t) == np.inf
    assert sg.squared_log_error.gradient(r, t) == 0
    assert sg.squared_log_error.hessian(r, t).diagonal() == 0
