"""NaN, infinities, ties and weights of zero, on every instruction set."""

import numpy as np
import pytest

from softgrad.kernels import _native

INF = np.inf
SIZES = (2, 5, 16, 33)


def softmax(z, dtype):
    return _native.softmax(np.array(z, dtype=dtype), 1.0, None)


def cross_entropy(z, target, dtype, weight=None):
    weight = None if weight is None else np.array(weight, dtype=dtype)
    return _native.softmax_cross_entropy(np.array(z, dtype=dtype), target, 1.0, weight, None)


@pytest.mark.parametrize("n", SIZES)
def test_a_row_of_minus_infinity_is_zero_and_costs_infinity(instruction_set, dtype, n):
    z = np.full(n, -INF)
    assert np.array_equal(softmax(z, dtype), np.zeros(n))
    value, gradient = cross_entropy(z, np.array(n - 1), dtype)
    assert value == INF
    assert np.array_equal(gradient, np.zeros(n))
    value, gradient = cross_entropy(z, np.full(n, 1 / n, dtype), dtype)
    assert value == INF
    assert np.array_equal(gradient, np.zeros(n))
    value, gradient = cross_entropy(z, np.zeros(n, dtype), dtype)
    assert value == 0
    assert np.array_equal(gradient, np.zeros(n))


@pytest.mark.parametrize("n", SIZES)
def test_one_plus_infinity_is_a_one_hot_row(instruction_set, dtype, n):
    one_hot = np.eye(n)[n - 1]
    z = np.where(one_hot == 1, INF, np.arange(n))
    assert np.array_equal(softmax(z, dtype), one_hot)
    value, gradient = cross_entropy(z, np.array(n - 1), dtype)
    assert value == 0
    assert np.array_equal(gradient, np.zeros(n))
    value, gradient = cross_entropy(z, np.array(0), dtype)
    assert value == INF
    assert np.array_equal(gradient, one_hot - np.eye(n)[0])
    value, gradient = cross_entropy(z, one_hot.astype(dtype), dtype)
    assert value == 0
    assert np.array_equal(gradient, np.zeros(n))


@pytest.mark.parametrize(
    "special",
    [
        {0: INF, 1: INF},
        {0: np.nan},
        {1: np.nan},
        {0: INF, 1: np.nan},
        {0: np.nan, 1: -INF},
    ],
    ids=str,
)
@pytest.mark.parametrize("n", SIZES)
def test_undefined_rows_are_nan_and_no_other_row_is(instruction_set, dtype, special, n):
    z = np.random.default_rng(0).normal(size=(3, n))
    for position, value in special.items():
        z[1, n - 1 - position] = value
    p = softmax(z, dtype)
    assert np.isnan(p[1]).all()
    assert np.isfinite(p[[0, 2]]).all()
    distribution = np.full((3, n), 1 / n, dtype)
    for target in (np.zeros(3, np.int64), distribution):
        values, gradients = cross_entropy(z, target, dtype)
        assert np.isnan(values).tolist() == [False, True, False]
        assert np.isnan(gradients[1]).all()
        assert np.isfinite(gradients[[0, 2]]).all()


def test_a_row_of_nan_alone_is_nan(instruction_set, dtype):
    assert np.isnan(softmax(np.full(40, np.nan), dtype)).all()


@pytest.mark.parametrize("n", SIZES)
def test_an_impossible_class_has_probability_and_derivative_zero(instruction_set, dtype, n):
    z = np.arange(n, dtype=float)
    z[0] = -INF
    p = softmax(z, dtype)
    assert p[0] == 0
    np.testing.assert_array_equal(p[1:], softmax(z[1:], dtype))
    value, gradient = cross_entropy(z, np.array(n - 1), dtype)
    assert np.isfinite(value)
    assert gradient[0] == 0
    value, gradient = cross_entropy(z, np.array(0), dtype)
    assert value == INF
    np.testing.assert_array_equal(gradient, 0)


def test_a_soft_target_of_zero_on_an_impossible_class_contributes_nothing(instruction_set, dtype):
    with_class = cross_entropy([-INF, 1, 2], np.array([0, 0.25, 0.75], dtype), dtype)
    without_class = cross_entropy([1, 2], np.array([0.25, 0.75], dtype), dtype)
    assert with_class[0] == without_class[0]
    np.testing.assert_array_equal(with_class[1], [0, *without_class[1]])


def test_a_soft_target_above_zero_on_an_impossible_class_costs_infinity(instruction_set, dtype):
    value, gradient = cross_entropy([-INF, 1, 2], np.array([0.5, 0.25, 0.25], dtype), dtype)
    assert value == INF
    _, of_the_rest = cross_entropy([1, 2], np.array([0.25, 0.25], dtype), dtype)
    np.testing.assert_array_equal(gradient, [0, *of_the_rest])


@pytest.mark.parametrize("n", SIZES)
def test_equal_logits_share_equally(instruction_set, dtype, n):
    np.testing.assert_array_equal(softmax(np.full(n, 1e4), dtype), np.full(n, dtype(1) / dtype(n)))


def test_huge_finite_logits_do_not_overflow(instruction_set, dtype):
    largest = np.finfo(dtype).max
    assert softmax([largest, -largest, largest], dtype).tolist() == [0.5, 0, 0.5]
    value, _ = cross_entropy([largest, -largest], np.array(1), dtype)
    assert value == INF


def test_a_weight_of_zero_leaves_a_row_out(instruction_set, dtype):
    z = np.array([[1, np.nan], [-INF, 0], [1, 2]])
    for target in (np.array([0, 0, 1]), np.array([[1, 0], [1, 0], [0, 1]], dtype)):
        values, gradients = cross_entropy(z, target, dtype, weight=[0, 0, 1])
        assert values[:2].tolist() == [0, 0]
        assert values[2] > 0
        assert gradients[:2].tolist() == [[0, 0], [0, 0]]
