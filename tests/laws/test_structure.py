"""Laws of the operators that activations and pairs give: no reference is needed for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from laws.cases import ACTIVATION_VARIANTS, DTYPES, FLEXIBLE_PAIRS, identify, logits, targets
from softgrad import OutputLayer
from softgrad.operators import DiagonalPlusLowRank, Operator

each_activation = pytest.mark.parametrize("activation", ACTIVATION_VARIANTS, ids=identify)
each_pair = pytest.mark.parametrize("pair", FLEXIBLE_PAIRS, ids=identify)
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=identify)

few = settings(deadline=None, derandomize=True, max_examples=15)
vectors = arrays(np.float64, 4, elements=st.floats(-4, 4, width=32))
MATRIX = np.array([[1.5, -0.5], [-0.75, 2.0], [0.25, 0.125], [3.0, -1.0]])


def operators(pair: Any, dtype: Any) -> list[Operator]:
    """Hessian and Gauss-Newton of a pair at its test logits, for the first and last target."""
    z = logits(*pair)
    layer = OutputLayer(*pair)
    found = targets(*pair, z)
    kinds = [found[0], found[-1]] if len(found) > 1 else found
    result: list[Operator] = []
    for target in kinds:
        t = target.given if target.given.dtype.kind == "i" else target.given.astype(dtype)
        result += [layer.hessian(z.astype(dtype), t), layer.gauss_newton(z.astype(dtype), t)]
    return result


def terms(dense: np.ndarray) -> np.ndarray:
    """The size of a matrix, row by row of the batch, for tolerances: (..., 1, 1)."""
    return np.max(np.abs(dense), axis=(-2, -1), keepdims=True)


def rounding(operator: Operator, dense: np.ndarray) -> np.ndarray:
    """The size of what is added up to the entries, (..., 1, 1): terms may cancel to nothing."""
    size = terms(dense)
    if isinstance(operator, DiagonalPlusLowRank):
        low_rank = np.abs(operator.U) @ np.swapaxes(np.abs(operator.V), -1, -2)
        size = np.maximum(size, terms(low_rank))
    return size


def check_views(operator: Operator) -> None:
    """Dense, products, rows, columns, entries, diagonal, trace: one matrix in seven ways."""
    dense = operator.to_dense()
    n = operator.n
    eps = 16 * n * np.finfo(dense.dtype).eps
    near = eps * rounding(operator, dense) + np.finfo(dense.dtype).tiny

    def same(a: np.ndarray, b: np.ndarray, tolerance: np.ndarray = near) -> None:
        assert a.shape == b.shape
        assert a.dtype == b.dtype
        finite = np.isfinite(b)
        assert np.array_equal(np.isfinite(a), finite)
        gap = np.where(finite, np.where(finite, a, 0) - np.where(finite, b, 0), 0)
        assert np.all(np.abs(gap) <= tolerance)

    assert dense.shape == operator.shape
    assert np.array_equal(np.asarray(operator), dense)
    same(operator.T.to_dense(), np.swapaxes(dense, -1, -2))
    same(operator.diagonal(), np.einsum("...ii->...i", dense), near[..., 0])
    trace = np.einsum("...ii->...", dense)
    same(operator.trace(), trace, n * near[..., 0, 0])
    for k in range(n):
        same(operator[..., k, :], dense[..., k, :], near[..., 0])
        same(operator[..., :, k], dense[..., :, k], near[..., 0])
        same(operator[..., k, n - 1 - k], dense[..., k, n - 1 - k], near[..., 0, 0])
    wide = np.broadcast_to(MATRIX.astype(dense.dtype), (*operator.batch_shape, 4, 2))
    same(operator @ wide, dense @ wide, 8 * n * near)
    v = wide[..., 0]
    same(operator @ v, (dense @ wide)[..., 0], 8 * n * near[..., 0])
    same(operator @ MATRIX[:, 0].astype(dense.dtype), operator @ v, 8 * n * near[..., 0])
    same((operator * 2.0).to_dense(), 2 * dense)
    same((operator - operator).to_dense(), np.zeros_like(dense), 4 * near)
    same((operator + operator.T).to_dense(), dense + np.swapaxes(dense, -1, -2), 4 * near)
    same((operator @ operator).to_dense(), dense @ dense, 16 * n * n * near * (1 + terms(dense)))


@each_dtype
@each_activation
def test_all_views_of_a_jacobian_agree(activation: Any, dtype: Any) -> None:
    z = logits(activation).astype(dtype)
    check_views(activation.jacobian(z))
    g = np.broadcast_to(MATRIX[:, 0].astype(dtype), z.shape)
    check_views(activation.curvature(z, g))


@each_dtype
@each_pair
def test_all_views_of_a_hessian_agree(pair: Any, dtype: Any) -> None:
    for operator in operators(pair, dtype):
        check_views(operator)


@each_activation
def test_jvp_and_vjp_are_adjoint(activation: Any) -> None:
    z = logits(activation)
    size = terms(activation.jacobian(z).to_dense())[..., 0, 0]

    @few
    @given(vectors, vectors)
    def law(u: np.ndarray, v: np.ndarray) -> None:
        us, vs = np.broadcast_to(u, z.shape), np.broadcast_to(v, z.shape)
        left = np.sum(us * activation.jvp(z, vs), axis=-1)
        right = np.sum(activation.vjp(z, us) * vs, axis=-1)
        scale = size * np.sum(np.abs(u)) * np.sum(np.abs(v))
        assert np.all(np.abs(left - right) <= 8 * np.finfo(z.dtype).eps * scale)

    law()


@each_activation
def test_a_declared_symmetry_is_real(activation: Any) -> None:
    z = logits(activation)
    dense = activation.jacobian(z).to_dense()
    gap = np.abs(dense - np.swapaxes(dense, -1, -2))
    if activation.symmetric:
        assert np.all(gap <= 8 * np.finfo(z.dtype).eps * terms(dense))
    else:
        assert np.any(gap > 1e-6 * terms(dense))


@each_pair
def test_a_hessian_is_symmetric(pair: Any) -> None:
    for operator in operators(pair, np.float64):
        dense = operator.to_dense()
        finite = np.isfinite(dense)
        clean = np.where(finite, dense, 0.0)
        gap = np.abs(clean - np.swapaxes(clean, -1, -2))
        assert np.array_equal(finite, np.swapaxes(finite, -1, -2))
        assert np.all(gap <= 64 * np.finfo(np.float64).eps * rounding(operator, clean))


@each_dtype
@each_activation
def test_a_change_of_one_probability_is_made_up_by_the_others(activation: Any, dtype: Any) -> None:
    z = logits(activation).astype(dtype)
    if activation.domain.kind != "simplex":
        return
    dense = activation.jacobian(z).to_dense()
    size = np.sum(np.abs(dense), axis=-2)
    assert np.all(np.abs(np.sum(dense, axis=-2)) <= 8 * np.finfo(dtype).eps * size)
    total = np.sum(activation(z), axis=-1)
    assert np.all(np.abs(total - 1) <= 4 * np.finfo(dtype).eps)


@each_activation
def test_a_declared_shift_invariance_is_real(activation: Any) -> None:
    z = np.round(logits(activation) * 2**10) / 2**10
    moved = activation(z + 512.0)  # exact in float64: both are dyadic
    if activation.shift_invariant:
        still = activation(z)
        # Exponentials are reduced as they are, not after the largest is taken off: each rounds.
        assert np.all(np.abs(moved - still) <= 8 * np.finfo(z.dtype).eps * np.abs(still))
        ones = np.ones_like(z)
        flat = activation.jvp(z, ones)
        size = terms(activation.jacobian(z).to_dense())[..., 0]
        assert np.all(np.abs(flat) <= 8 * np.finfo(z.dtype).eps * size)
    else:
        assert not np.allclose(moved, activation(z), rtol=1e-9, atol=0)


@each_dtype
@each_activation
def test_probability_and_complement_make_one(activation: Any, dtype: Any) -> None:
    z = logits(activation).astype(dtype)
    forms = activation.forms(np, z)
    eps = np.finfo(dtype).eps
    if forms.has_complement:
        assert np.all(np.abs(activation(z) + activation.complement(z) - 1) <= 2 * eps)
    if forms.has_log:
        p, log_p = activation(z), activation.log(z)
        # exp turns an absolute error of the logarithm into a relative one.
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = np.abs(np.where(p > 0, np.exp(log_p.astype(np.float64)) / p - 1, 0.0))
        subnormal = p < np.finfo(dtype).tiny
        assert np.all((gap <= 8 * eps * (1 + np.abs(log_p))) | subnormal)
    if forms.has_other_side:
        other = forms.other_side
        assert np.array_equal(other.p, forms.q)
        assert np.array_equal(other.q, forms.p)


@each_activation
def test_the_derivative_of_a_sum_of_probabilities_is_zero(activation: Any) -> None:
    if activation.domain.kind != "simplex":
        return
    z = logits(activation)
    ones = np.ones_like(z)
    size = terms(activation.jacobian(z).to_dense())[..., 0]
    assert np.all(np.abs(activation.vjp(z, ones)) <= 8 * np.finfo(z.dtype).eps * size)
