"""The reference knows the derivative, and how well it knows it."""

import numpy as np
import pytest

from checking.derivatives import jacobian, softmax
from softgrad.checking.reference import Reference


@pytest.fixture
def x():
    return np.random.default_rng(0).standard_normal((3, 6))


@pytest.mark.parametrize("may_be_complex", [True, False])
def test_a_jacobian_lies_within_its_uncertainty(x, may_be_complex):
    found = Reference(softmax, may_be_complex=may_be_complex).jacobian(x)
    assert np.all(np.abs(found.value - jacobian(x)) <= found.uncertainty)
    assert np.max(found.uncertainty) < 1e-9


def test_a_complex_step_is_taken_where_the_function_takes_it(x):
    for function, method in ((np.exp, "complex step"), (np.abs, "extrapolated")):
        reference = Reference(function, may_be_complex=True)
        reference.jacobian(x)
        assert reference.method.startswith(method)


def test_a_kink_is_not_known():
    at_the_kink = np.array([[0.0, 1.0]])
    found = Reference(lambda z: np.maximum(z, 0.0), may_be_complex=True).jacobian(at_the_kink)
    assert found.uncertainty[0, 0, 0] >= 0.5
    assert found.uncertainty[0, 1, 1] < 1e-9


def test_a_function_of_float32_is_known_to_float32(x):
    found = Reference(lambda z: np.tanh(z.astype(np.float32)), may_be_complex=True).jacobian(x)
    right = (1 - np.tanh(x) ** 2)[:, :, None] * np.eye(6)
    assert np.all(np.abs(found.value - right) <= found.uncertainty)
    assert 1e-9 < np.max(found.uncertainty) < 1e-2


def test_a_domain_is_not_left():
    x = np.array([[0.01, 0.5, 2.0]])
    found = Reference(np.log, may_be_complex=False).jacobian(x)
    assert np.allclose(found.value[0], np.diag(1.0 / x[0]), rtol=1e-6)
