from __future__ import annotations

import numpy as np
import pytest
from mpmath import exp, fsum, log, mpf, workdps

import softgrad as sg

ROWS = [[1.0, -0.5, 0.25, 3.0], [-30.0, -31.0, -29.0, -40.0], [2.0, 42.0, 1.0, -3.0]]


@pytest.mark.parametrize("beta", [0.0, -2.0, 4.0])
def test_it_is_softmax_with_one_class_more_left_out(beta: float) -> None:
    z = np.array(ROWS)
    with_ghost = np.concatenate([np.full((3, 1), beta), z], axis=-1)
    expected = sg.Softmax()(with_ghost)[:, 1:]
    assert np.allclose(sg.SoftmaxPlusOne(beta=beta)(z), expected, rtol=1e-15, atol=0.0)


def test_the_complement_at_the_top_counts_the_ghost() -> None:
    q = sg.SoftmaxPlusOne().complement([50.0, 0.0])
    with workdps(40):
        expected = 2 / (2 + exp(mpf(50)))
        assert abs(mpf(float(q[0])) / expected - 1) < 4e-16


def test_the_jacobian_is_regular_and_its_inverse_is_the_published_one() -> None:
    z = np.array(ROWS[0])
    p = sg.SoftmaxPlusOne()(z)
    inverse = np.diag(1.0 / p) + 1.0 / (1.0 - p.sum())
    J = sg.SoftmaxPlusOne().jacobian(z)
    assert np.allclose(J.to_dense() @ inverse, np.eye(4), rtol=0.0, atol=1e-14)
    assert np.allclose(J.solve(np.ones(4)), inverse @ np.ones(4), rtol=1e-13, atol=0.0)


def _relative_entropy(z: list[float], t: list[float], beta: float) -> object:
    e = [exp(mpf(x)) for x in [beta, *z]]
    p = [x / fsum(e) for x in e]
    whole = [1 - fsum(mpf(x) for x in t), *map(mpf, t)]
    return fsum(y * log(y / x) for x, y in zip(p, whole, strict=True) if y)


TARGETS = [[0.0, 0.0, 0.0, 1.0], [0.25, 0.125, 0.5, 0.0625], [0.0, 1.0, 0.0, 0.0], [0.0] * 4]


@pytest.mark.parametrize("t", TARGETS, ids=str)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_its_fenchel_young_loss_is_the_relative_entropy_with_the_ghost(
    row: list[float], t: list[float]
) -> None:
    activation = sg.SoftmaxPlusOne(beta=-0.5)
    excess = activation.forms(np, np.array(row)).excess(np.array(t))
    with workdps(50):
        expected = _relative_entropy(row, t, -0.5)
        assert abs(mpf(float(excess)) / expected - 1) < 1e-15, excess
