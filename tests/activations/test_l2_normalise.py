from __future__ import annotations

import numpy as np
import pytest

import softgrad as sg

Z = np.array([[3.0, -4.0, 0.0], [1e-3, 50.0, -2.0]])


def test_the_length_becomes_one() -> None:
    assert np.allclose(np.linalg.norm(sg.L2Normalise()(Z), axis=-1), 1.0, rtol=4e-16, atol=0.0)
    assert np.allclose(sg.L2Normalise()(Z[0]), [0.6, -0.8, 0.0], rtol=2e-16, atol=0.0)


def test_nothing_changes_along_the_vector_itself() -> None:
    for dtype in (np.float64, np.float32):
        z = Z.astype(dtype)
        assert np.all(np.abs(sg.L2Normalise().jvp(z, z)) <= 2 * np.finfo(dtype).eps)


@pytest.mark.parametrize("scale", [1e-160, 1e160, 1e300])
def test_squares_neither_overflow_nor_vanish(scale: float) -> None:
    f, J = sg.L2Normalise().linearize(scale * Z[0])
    assert np.allclose(f, [0.6, -0.8, 0.0], rtol=4e-16, atol=0.0)
    assert np.isclose(J[0, 0], 0.64 / (5.0 * scale), rtol=1e-15, atol=0.0)


def test_the_diagonal_at_a_dominant_entry_does_not_cancel() -> None:
    J = sg.L2Normalise().jacobian([1e9, 1.0, 2.0])
    assert np.isclose(J[0, 0], 5.0 / 1e27, rtol=1e-15, atol=0.0)


def test_zero_stays_zero_and_has_no_derivative() -> None:
    f, J = sg.L2Normalise().linearize([0.0, 0.0])
    assert np.array_equal(f, [0.0, 0.0])
    assert np.array_equal(J.to_dense(), np.zeros((2, 2)))
    softened = sg.L2Normalise(epsilon=0.25).jacobian([0.0, 0.0])
    assert np.array_equal(softened.to_dense(), 2.0 * np.eye(2))


def test_one_infinite_entry_takes_the_direction_and_two_leave_none() -> None:
    f, J = sg.L2Normalise().linearize([[-np.inf, 1.0, 2.0], [np.inf, 1.0, np.inf]])
    assert np.array_equal(f[0], [-1.0, 0.0, 0.0])
    assert np.array_equal(J.to_dense()[0], np.zeros((3, 3)))
    assert np.all(np.isnan(f[1]))
