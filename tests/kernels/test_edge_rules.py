"""NaN, infinities, ties and weights of zero, on every instruction set.

Each row is worked on alone, where it lies along registers, and among its like, one a lane: the two
must agree bit for bit on all that is asked here.
"""

import numpy as np
import pytest

import softgrad as sg

INF = np.inf
SIZES = (2, 5, 16, 33)
COPIES = 9


def alone_and_together(function, *arrays):
    """What a function makes of one row, after checking that many of it make the same of each."""
    alone = function(*arrays)
    many = [None if a is None else np.stack([np.asarray(a)] * COPIES) for a in arrays]
    together = function(*many)
    for one, all_of_them in zip(alone, together, strict=True):
        np.testing.assert_allclose(all_of_them, np.stack([one] * COPIES), rtol=1e-6, atol=0)
    return alone


def softmax(z, dtype):
    (p,) = alone_and_together(lambda z: [sg.softmax(z)], np.array(z, dtype=dtype))
    assert p.dtype == dtype
    return p


def cross_entropy(z, target, dtype):
    layer = sg.OutputLayer("softmax", "cross_entropy")
    found = alone_and_together(layer.value_and_gradient, np.array(z, dtype=dtype), target)
    assert layer.explain().startswith("kernel softmax x cross_entropy ")
    return found


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
@pytest.mark.parametrize("rows", [1, 3, 11])
@pytest.mark.parametrize("n", SIZES)
def test_undefined_rows_are_nan_and_no_other_row_is(instruction_set, dtype, special, rows, n):
    z = np.random.default_rng(0).normal(size=(rows, n)).astype(dtype)
    at = rows // 2
    for position, value in special.items():
        z[at, n - 1 - position] = value
    others = np.arange(rows) != at
    p = sg.softmax(z)
    assert np.isnan(p[at]).all()
    assert np.isfinite(p[others]).all()
    layer = sg.OutputLayer("softmax", "cross_entropy")
    for target in (np.zeros(rows, np.int64), np.full((rows, n), 1 / n, dtype)):
        values, gradients = layer.value_and_gradient(z, target)
        assert np.array_equal(np.isnan(values), ~others)
        assert np.isnan(gradients[at]).all()
        assert np.isfinite(gradients[others]).all()


def test_a_row_of_nan_alone_is_nan(instruction_set, dtype):
    assert np.isnan(softmax(np.full(40, np.nan), dtype)).all()


@pytest.mark.parametrize("n", SIZES)
def test_an_impossible_class_has_probability_and_derivative_zero(instruction_set, dtype, n):
    z = np.arange(n, dtype=float)
    z[0] = -INF
    p = softmax(z, dtype)
    assert p[0] == 0
    np.testing.assert_allclose(p[1:], softmax(z[1:], dtype), rtol=np.finfo(dtype).eps, atol=0)
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
    assert gradient[0] == 0
    # (An infinite loss is worked out in doubles.)
    np.testing.assert_array_max_ulp(gradient[1:], of_the_rest, maxulp=4)


@pytest.mark.parametrize("n", SIZES)
def test_equal_logits_share_equally(instruction_set, dtype, n):
    np.testing.assert_array_equal(softmax(np.full(n, 1e4), dtype), np.full(n, dtype(1) / dtype(n)))


def test_huge_finite_logits_do_not_overflow(instruction_set, dtype):
    largest = np.finfo(dtype).max
    assert softmax([largest, -largest, largest], dtype).tolist() == [0.5, 0, 0.5]
    value, _ = cross_entropy([largest, -largest], np.array(1), dtype)
    assert value == INF


@pytest.mark.parametrize("temperature", [1e-300, 1e-30, 1e30, 1e300])
def test_any_temperature_gives_probabilities(instruction_set, dtype, temperature):
    z = np.tile(np.array([1, 2, 2, -INF], dtype), (COPIES, 1))
    cold = temperature < 1
    want = [0, 0.5, 0.5, 0] if cold else np.array([1, 1, 1, 0]) / dtype(3)
    for rows in (z, z[:1]):
        p = sg.Softmax(temperature=temperature)(rows)
        np.testing.assert_allclose(p, np.tile(want, (len(rows), 1)), rtol=1e-6, atol=0)


def test_a_weight_of_zero_leaves_a_row_out(instruction_set, dtype):
    z = np.array([[1, np.nan], [-INF, 0], [1, 2]] * 5, dtype)
    weight = np.array([0, 0, 1] * 5, dtype)
    layer = sg.OutputLayer("softmax", "cross_entropy")
    soft = np.array([[1, 0], [np.nan, np.inf], [0, 1]] * 5, dtype)
    for target in (np.array([0, 0, 1] * 5), soft):
        for rows in (slice(None), slice(3)):
            values, gradients = layer.value_and_gradient(
                z[rows], target[rows], sample_weight=weight[rows]
            )
            assert layer.explain().startswith("kernel ")
            assert not np.any(values[weight[rows] == 0])
            assert np.all(values[weight[rows] == 1] > 0)
            assert not np.any(gradients[weight[rows] == 0])
