from __future__ import annotations

import numpy as np
import pytest

import softgrad as sg

Z = np.array([[1.0, -0.5, 0.25, 3.0], [-7.0, 40.0, -1.0, 2.0]])


def test_the_sign_of_a_logit_does_not_matter() -> None:
    assert np.array_equal(sg.SphericalSoftmax()(Z), sg.SphericalSoftmax()(-Z))


def test_scaling_all_logits_hardly_matters_for_a_small_epsilon() -> None:
    tiny = sg.SphericalSoftmax(epsilon=1e-30)
    assert np.allclose(tiny(Z), tiny(1000.0 * Z), rtol=1e-15, atol=0.0)
    assert np.allclose(tiny.jvp(Z, Z), 0.0, rtol=0.0, atol=1e-15)


def test_at_zero_the_derivative_by_that_logit_is_zero() -> None:
    J = sg.SphericalSoftmax().jacobian([0.0, 1.0, -2.0])
    assert np.array_equal(J[:, 0], np.zeros(3))


def test_the_derivative_of_the_logarithm_is_bounded_by_epsilon() -> None:
    z = np.array([np.sqrt(0.1), 1e6, 0.0])
    gradient = sg.OutputLayer(sg.SphericalSoftmax(), sg.CrossEntropy()).gradient(z, np.array(0))
    assert np.isclose(gradient[0], -1.0 / np.sqrt(0.1), rtol=1e-6, atol=0.0)


@pytest.mark.parametrize("large", [1e200, 1e300])
def test_squares_that_overflow_are_scaled(large: float) -> None:
    p, J = sg.SphericalSoftmax().linearize([large, large / 2.0, 1.0])
    assert np.allclose(p, [0.8, 0.2, 1.1 / large / large / 1.25], rtol=1e-15, atol=0.0)
    assert np.isclose(J[0, 0], 0.32 / large, rtol=1e-15, atol=0.0)
