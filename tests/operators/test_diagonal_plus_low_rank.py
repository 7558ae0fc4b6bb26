"""The algebra of diag(d) + U V^T against dense matrices, and its accuracy where entries cancel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf, workdps
from scipy.sparse import linalg

import softgrad as sg
from softgrad import DiagonalPlusLowRank
from softgrad.errors import CapabilityError, ShapeError, SingularError
from softgrad.operators import CategoricalCovariance

BATCHES = [(), (3,), (2, 3)]
each_batch = pytest.mark.parametrize("batch", BATCHES, ids=str)


def example(batch: tuple[int, ...], rank: int = 2, n: int = 5, seed: int = 0) -> Any:
    random = np.random.default_rng(seed)
    d = 3.0 + random.standard_normal((*batch, n))
    U, V = random.standard_normal((2, *batch, n, rank))
    operator = DiagonalPlusLowRank(d, U, V)
    dense = d[..., None] * np.eye(n) + U @ np.swapaxes(V, -1, -2)
    return operator, dense


def close(a: Any, b: Any) -> bool:
    return np.shape(a) == np.shape(b) and bool(np.allclose(a, b, rtol=1e-12, atol=1e-12))


@each_batch
@pytest.mark.parametrize("rank", [0, 1, 2, 4])
def test_it_is_the_dense_matrix(batch: tuple[int, ...], rank: int) -> None:
    operator, dense = example(batch, rank)
    other, other_dense = example(batch, 1, seed=1)
    random = np.random.default_rng(2)
    v = random.standard_normal((*batch, 5))
    M = random.standard_normal((*batch, 5, 3))
    assert operator.shape == dense.shape
    assert operator.rank == rank
    assert close(np.asarray(operator), dense)
    assert close(operator @ v, (dense @ v[..., None])[..., 0])
    assert close(operator @ M, dense @ M)
    assert close(operator.T.to_dense(), np.swapaxes(dense, -1, -2))
    assert close((operator + other).to_dense(), dense + other_dense)
    assert close((operator - other).to_dense(), dense - other_dense)
    assert close((-operator).to_dense(), -dense)
    assert close((operator @ other).to_dense(), dense @ other_dense)
    assert (operator @ other).rank <= rank + 1
    assert close((2.5 * operator).to_dense(), 2.5 * dense)
    scale = random.standard_normal(batch)
    assert close((operator * scale).to_dense(), scale[..., None, None] * dense)
    assert close(operator.diagonal(), np.einsum("...ii->...i", dense))
    assert close(operator.trace(), np.einsum("...ii->...", dense))
    assert close(operator[..., 1, 2], dense[..., 1, 2])
    assert close(operator[..., -1, :], dense[..., -1, :])
    assert close(operator[..., :, 3], dense[..., :, 3])
    assert close(operator[..., 1:3, 2:], dense[..., 1:3, 2:])


@each_batch
@pytest.mark.parametrize("damping", [0.0, 0.5])
def test_solve_inverts_it(batch: tuple[int, ...], damping: float) -> None:
    operator, dense = example(batch)
    b = np.random.default_rng(3).standard_normal((*batch, 5))
    x = operator.solve(b, damping=damping)
    wide = dense + damping * np.eye(5)
    assert np.allclose((wide @ x[..., None])[..., 0], b, rtol=1e-9, atol=1e-9)


def test_a_singular_matrix_is_an_error_that_says_what_to_give() -> None:
    singular = DiagonalPlusLowRank(np.array([1.0, 0.0]))
    with pytest.raises(SingularError, match="give damping > 0"):
        singular.solve(np.ones(2))
    assert close(singular.solve(np.ones(2), damping=1.0), [0.5, 1.0])


def test_shapes_that_do_not_fit_are_named() -> None:
    operator, _ = example((3,))
    with pytest.raises(ShapeError, match=r"\(3, 5, 5\) takes vectors of length 5.*\(3, 4\)"):
        operator @ np.ones((3, 4))
    with pytest.raises(ShapeError, match="d has shape"):
        DiagonalPlusLowRank(1.0)
    with pytest.raises(ShapeError, match="give both U and V"):
        DiagonalPlusLowRank(np.ones(3), np.ones((3, 1)))
    with pytest.raises(ShapeError, match="cannot add"):
        operator + example((3,), n=4)[0]
    with pytest.raises(ShapeError, match="one number a row"):
        operator * np.ones((3, 5))
    with pytest.raises(ShapeError, match=r"index a batch"):
        operator[0]
    with pytest.raises(IndexError, match="index 5 is out of range for 5"):
        operator[..., 5, 0]


def test_it_is_a_linear_operator_of_scipy() -> None:
    operator, dense = example(())
    found, _ = linalg.gmres(operator.as_linear_operator(), np.ones(5), rtol=1e-12)
    assert np.allclose(dense @ found, 1.0)
    with pytest.raises(ShapeError, match="one matrix"):
        example((2,))[0].as_linear_operator()


def test_a_new_dense_array_cannot_be_had_without_a_copy() -> None:
    operator, _ = example(())
    with pytest.raises(ValueError, match="always a new array"):
        np.asarray(operator, copy=False)
    assert repr(operator) == "DiagonalPlusLowRank(shape=(5, 5), rank=2, dtype=float64)"


# -- softmax's own -----------------------------------------------------------------------------

Z = np.array([[0.5, -1.0, 2.0, 0.25], [20.0, 0.0, 1.0, -1.0]])


@pytest.mark.parametrize("margin", [0.0, 20.0, 60.0, 300.0])
def test_products_keep_their_digits_however_peaked(margin: float) -> None:
    """p (v - p.v) at the largest p is -p times the sum over the others; expanded, all is lost."""
    z, v = [margin, 0.5, -1.0, 0.25], [1.5, -0.75, 0.25, 3.0]
    with workdps(400):
        e = [mp.exp(mpf(x)) for x in z]
        p = [x / mp.fsum(e) for x in e]
        mean = mp.fsum(a * b for a, b in zip(p, v, strict=True))
        exact = [a * (b - mean) for a, b in zip(p, v, strict=True)]
        terms = mp.fsum(a * abs(b - v[0]) for a, b in zip(p, v, strict=True))
    found = sg.softmax.jacobian(np.array(z)) @ np.array(v)
    for x, true in zip(found, exact, strict=True):
        assert abs(x - float(true)) <= 1e-15 * float(max(abs(true), terms * p[0]))


def test_softmax_has_a_pseudo_inverse_a_square_root_and_a_damped_inverse() -> None:
    J = sg.softmax.jacobian(Z[:1])
    assert isinstance(J, CategoricalCovariance)
    dense = J.to_dense()[0]
    assert np.allclose(J.pinv().to_dense()[0], np.linalg.pinv(dense), rtol=1e-9)
    root = J.sqrt().to_dense()[0]
    assert np.allclose(root @ root.T, dense, rtol=1e-13, atol=1e-16)
    inverse = J.damped_inverse(0.1).to_dense()[0]
    assert np.allclose(inverse @ (dense + 0.1 * np.eye(4)), np.eye(4), atol=1e-13)
    assert np.allclose(J.solve(Z[:1], damping=0.1)[0], inverse @ Z[0], rtol=1e-12)
    with pytest.raises(CapabilityError, match="a negative matrix has no square root"):
        sg.softmin.jacobian(Z).sqrt()
    with pytest.raises(CapabilityError, match="expected both positive"):
        J.damped_inverse(0.0)
