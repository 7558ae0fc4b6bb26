"""Times that are censored: accelerated failure time and Cox, beyond what the laws look at."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mpf

import softgrad as sg
from softgrad.errors import ParameterError, TargetError
from softgrad.testing.exact import exact_loss

RNG = np.random.default_rng(0)
DISTRIBUTIONS = ("normal", "logistic", "extreme")
# Near bounds, wide ones, and both tails.
BOUNDS = [(1.0, 1.0 + 1e-9), (1.0, 1.5), (0.2, 3.0), (1.0, 8.0), (2.0, np.inf), (0.0, 1e-2)]


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_near_bounds_and_far_tails_keep_their_digits(distribution: str) -> None:
    loss = sg.AcceleratedFailureTime(distribution=distribution, scale=0.5)
    for z in (0.01, 0.5, 2.9, -3.1, 7.0, -7.0):
        for t in BOUNDS:
            exact = exact_loss(loss, (mpf(z),), t, "class")
            value, slope, bend = map(float, (exact.value, exact.gradient[0], exact.hessian[0][0]))
            if min(value, abs(slope), bend) < 1e-60:
                continue  # the definition itself has no digits of it
            r = np.array([[z]])
            np.testing.assert_allclose(loss(r, [t])[0], value, rtol=2e-13)
            error = abs(float(loss.gradient(r, [t])[0, 0]) - slope)
            assert error <= 1e-13 * (abs(slope) + bend * max(1.0, abs(z)))
            np.testing.assert_allclose(loss.hessian(r, [t]).diagonal()[0, 0], bend, rtol=2e-12)


def test_bounds_that_say_nothing_cost_nothing_and_wrong_ones_are_told() -> None:
    layer = sg.OutputLayer("identity", "accelerated_failure_time")
    z = np.array([[0.3], [2.0]])
    value, gradient = layer.value_and_gradient(z, [[0.0, np.inf], [0.0, np.inf]])
    assert not np.any(value)
    assert not np.any(gradient)
    for wrong, told in (
        ([[1.0, 2.0], [3.0, 2.0]], "bounds 3 and 2 at row 1"),
        ([[1.0, 2.0], [0.0, 0.0]], "bounds 0 and 0 at row 1"),
        ([[1.0, 2.0], [-1.0, 2.0]], r"-1.*\[0, inf\]"),
        ([1.0, 2.0], "a lower and an upper bound a row"),
    ):
        with pytest.raises(TargetError, match=told):
            layer.value(z, wrong)
    assert layer.value(z, [[1.0, 2.0], [3.0, 2.0]], sample_weight=[1.0, 0.0])[1] == 0.0
    with pytest.raises(ParameterError, match="'normal', 'logistic', 'extreme'"):
        sg.AcceleratedFailureTime(distribution="cauchy")


def test_single_scores_and_columns_of_scores_have_bounds_behind_them() -> None:
    layer = sg.OutputLayer("identity", "accelerated_failure_time", axis=())
    z, t = RNG.normal(size=(4, 3)), np.sort(RNG.exponential(size=(4, 3, 2)), axis=-1)
    one_by_one = layer.value(z.reshape(-1), t.reshape(-1, 2)).reshape(4, 3)
    np.testing.assert_array_equal(layer.value(z, t), one_by_one)


def test_cox_is_softmax_with_cross_entropy_over_each_risk_set() -> None:
    z = RNG.normal(size=9)
    t = np.array([3.0, -1.0, 2.0, 2.0, -2.0, 5.0, 4.0, -6.0, 1.0])  # two events at 2
    events = np.flatnonzero(t > 0)
    at_risk = np.abs(t) >= t[events][:, None]
    layer = sg.OutputLayer("softmax", "cross_entropy")
    rows = np.broadcast_to(z, at_risk.shape)
    values, slopes = layer.value_and_gradient(rows, events, where=at_risk)
    cox = sg.OutputLayer("identity", "cox")
    np.testing.assert_allclose(cox.value(z, t), values.sum(), rtol=1e-14)
    np.testing.assert_allclose(cox.gradient(z, t), slopes.sum(axis=0), rtol=1e-13)
    dense = layer.hessian(rows, events, where=at_risk).to_dense().sum(axis=0)
    np.testing.assert_allclose(cox.hessian(z, t).to_dense(), dense, rtol=1e-12, atol=1e-16)


def test_cox_of_many_is_what_it_is_of_few_and_hazards_of_any_size_count() -> None:
    z, t = RNG.normal(size=300), np.round(RNG.exponential(size=300), 1) + 0.1
    t[::3] *= -1.0
    events = t > 0
    at_risk = np.abs(t) >= np.abs(t)[:, None]
    p = at_risk * np.exp(z) / np.sum(at_risk * np.exp(z), axis=1, keepdims=True)
    found = sg.OutputLayer("identity", "cox").gradient(z, t)
    np.testing.assert_allclose(found, p[events].sum(axis=0) - events, rtol=1e-11, atol=1e-13)
    # exp(-2000) is 0, and the last two still have a risk set of their own.
    far = sg.cox(np.array([0.0, -2000.0, -2001.0]), np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(far, np.log1p(np.exp(-1.0)), rtol=1e-14)
