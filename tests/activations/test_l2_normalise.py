from __future__ import annotations

import numpy as np
import pytest

import softgrad as sg
from laws.both_ways import each_instruction_set
from laws.reference_pairs import exact_pair
from laws.ulp import within

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


def test_kernels_keep_the_digits_of_a_dominant_entry() -> None:
    rows = [(1e8, 1.0, -2.0), (0.5, -3e7, 1.0), (1.0, 1e-9, 1.0), (3.0, 2.0, -1.0)]
    z, t = np.array(rows), np.tile([0.5, 0.25, -0.5], (4, 1))
    for loss in ("squared_error", "cosine"):
        layer = sg.OutputLayer(sg.L2Normalise(), loss)
        exact = [
            exact_pair(layer.activation, layer.loss, *map(tuple, row))
            for row in zip(z, t, strict=True)
        ]
        for _ in each_instruction_set():
            # Rows along the lanes of registers, and one a lane.
            for copies in (1, 8):
                many = np.repeat(z, copies, axis=0), np.repeat(t, copies, axis=0)
                gradient, bend = layer.gradient_and_hessian_diagonal(*many)
                for i, row in enumerate(exact):
                    main = [row.hessian[k][k] for k in range(3)]
                    scale = np.maximum(np.diag(row.hessian_scale), np.abs(np.float64(main)))
                    within(16, gradient[i * copies], row.gradient, row.gradient_scale)
                    within(64, bend[i * copies], main, scale, where=(loss, rows[i]))
