"""Kernels against mpmath. The limits are tighter than the goals (softmax 4, loss 3, gradient 4
ULP): the largest errors measured over all instruction sets were 1.9, 2.3 and 1.9."""

import numpy as np
import pytest

from kernels.families import FAMILIES, rows
from kernels.reference import ExactRow, largest_ulp_error, ulp_error
from softgrad.kernels import _native

LIMIT = 2.5
# Where the gradient for a distribution is a difference, in ULP of the larger of its two parts.
DIFFERENCE_LIMIT = 3.0

families = pytest.mark.parametrize("family", FAMILIES)
temperatures = pytest.mark.parametrize("temperature", [1.0, 0.3])


@families
@temperatures
def test_softmax_is_the_definition(instruction_set, dtype, family, temperature):
    for z in rows(family, dtype):
        exact = ExactRow.of(z, temperature).softmax()
        assert largest_ulp_error(_native.softmax(z, temperature, None), exact) <= LIMIT


@families
@temperatures
def test_label_value_and_gradient_are_the_definition(instruction_set, dtype, family, temperature):
    for z in rows(family, dtype):
        exact = ExactRow.of(z, temperature)
        for label in (int(np.argmax(z)), int(np.argmin(z)), z.size // 2):
            value, gradient = _native.softmax_cross_entropy(
                z, np.array(label), temperature, None, None
            )
            assert ulp_error(value, exact.surprisal(label)) <= LIMIT
            assert largest_ulp_error(gradient, exact.label_gradient(label)) <= LIMIT


@families
@temperatures
def test_distribution_value_and_gradient_are_the_definition(
    instruction_set, dtype, family, temperature
):
    rng = np.random.default_rng(7)
    for z in rows(family, dtype, sizes=(2, 3, 17, 100), repeats=2):
        exact = ExactRow.of(z, temperature)
        target = rng.dirichlet(np.full(z.size, 0.5)).astype(dtype)
        target[rng.random(z.size) < 0.2] = 0  # then it no longer sums to 1
        value, gradient = _native.softmax_cross_entropy(z, target, temperature, None, None)
        assert ulp_error(value, exact.distribution_value(target)) <= LIMIT
        want, scale = exact.distribution_gradient(target)
        assert largest_ulp_error(gradient, want, scale) <= DIFFERENCE_LIMIT


def test_weights_scale_value_and_gradient(instruction_set, dtype):
    rng = np.random.default_rng(3)
    z = rng.normal(size=(5, 12)).astype(dtype)
    labels = rng.integers(12, size=5)
    weight = rng.uniform(0.1, 9, size=5).astype(dtype)
    values, gradients = _native.softmax_cross_entropy(z, labels, 1.0, weight, None)
    for row, label in enumerate(labels):
        exact, w = ExactRow.of(z[row]), float(weight[row])
        assert ulp_error(values[row], w * exact.surprisal(label)) <= LIMIT
        want = [w * g for g in exact.label_gradient(label)]
        assert largest_ulp_error(gradients[row], want) <= LIMIT


def test_exponential_down_to_the_smallest_subnormal(instruction_set, dtype):
    # softmax([0, x])[1] is exp(x) itself, to far below its last digit, from x = -40 down.
    lowest = -110 if dtype is np.float32 else -750
    xs = np.random.default_rng(5).uniform(lowest, -40, size=1000).astype(dtype)
    z = np.stack([np.zeros_like(xs), xs], axis=-1)
    p = _native.softmax(z, 1.0, None)
    for row in range(len(xs)):
        assert ulp_error(p[row, 1], ExactRow.of(z[row]).softmax()[1]) <= 0.75


@pytest.mark.parametrize("margin", [20, 37, 100])
def test_confident_right_answers_keep_their_loss_and_gradient(instruction_set, dtype, margin):
    # Where PyTorch 2.13, JAX 0.10 and SciPy 1.17 return 0.
    z = np.array([margin, 0, 0, 0], dtype=dtype)
    value, gradient = _native.softmax_cross_entropy(z, np.array(0), 1.0, None, None)
    exact = ExactRow.of(z)
    assert value > 0
    assert ulp_error(value, exact.surprisal(0)) <= LIMIT
    assert ulp_error(gradient[0], exact.label_gradient(0)[0]) <= LIMIT


def test_a_sum_of_subnormal_exponentials_keeps_its_digits(instruction_set):
    # Each exponential is 1.5 of the smallest subnormals: rounded one by one, a third would go.
    z = np.full(2001, -102.9, dtype=np.float32)
    z[0] = 0
    value, gradient = _native.softmax_cross_entropy(z, np.array(0), 1.0, None, None)
    exact = ExactRow.of(z)
    assert ulp_error(value, exact.surprisal(0)) <= 1.0
    assert ulp_error(gradient[0], exact.label_gradient(0)[0]) <= 1.0
