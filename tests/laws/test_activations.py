"""Every activation agrees with its definition in mpmath, and its derivatives with differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf, workdps

from laws import bounds
from laws.cases import ACTIVATION_VARIANTS, DTYPES, identify, logits
from laws.reference import (
    DIGITS,
    LOGARITHMS,
    PROBABILITIES,
    as_rows,
    exact_activation,
    times,
    transposed,
)
from laws.ulp import within
from softgrad.errors import CapabilityError

DIFFERENTIABLE = [a for a in ACTIVATION_VARIANTS if a.derivative_is_exact]

each_activation = pytest.mark.parametrize("activation", ACTIVATION_VARIANTS, ids=identify)
each_differentiable = pytest.mark.parametrize("activation", DIFFERENTIABLE, ids=identify)
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=identify)


def exact_rows(activation: Any) -> tuple[np.ndarray, list[Any]]:
    z = logits(activation)
    return z, [exact_activation(activation, row) for row in as_rows(z)]


@each_dtype
@each_activation
def test_the_value_is_the_definition(activation: Any, dtype: Any) -> None:
    z, exact = exact_rows(activation)
    limit = bounds.allowed("value", bounds.VALUE, activation)
    for row, reference in zip(activation(z.astype(dtype)), exact, strict=True):
        within(limit, row, reference.value, where=(row, reference.z))


@each_dtype
@each_activation
def test_the_logarithm_keeps_its_digits(activation: Any, dtype: Any) -> None:
    z, exact = exact_rows(activation)
    if not activation.forms(np, z).has_log:
        assert activation.domain.kind not in ("simplex", "coins") or activation.domain.has_low
        return
    limit = bounds.allowed("log", bounds.VALUE, activation)
    with workdps(DIGITS):
        for row, reference in zip(activation.log(z.astype(dtype)), exact, strict=True):
            logs = [mp.log(p) if p > 0 else mpf("-inf") for p in reference.value]
            # Of a probability without a condition number. Of a positive value, log f passes
            # through 0 where f is 1, and the rounding of z is felt: |z f' / f|.
            scale = None if activation.domain.kind != "values" else reference.log_scale
            within(limit, row, logs, scale, where=(row, reference.z))


@each_dtype
@each_activation
def test_the_complement_keeps_its_digits(activation: Any, dtype: Any) -> None:
    z, exact = exact_rows(activation)
    if not activation.forms(np, z).has_complement:
        assert activation.domain.kind not in PROBABILITIES
        return
    limit = bounds.allowed("complement", bounds.VALUE, activation)
    with workdps(DIGITS):
        for row, reference in zip(activation.complement(z.astype(dtype)), exact, strict=True):
            within(limit, row, [1 - p for p in reference.value], where=(row, reference.z))


@each_dtype
@each_differentiable
def test_the_jacobian_is_the_derivative(activation: Any, dtype: Any) -> None:
    z, exact = exact_rows(activation)
    default = bounds.ROW_DERIVATIVE if activation.rowwise else bounds.DERIVATIVE
    limit = bounds.allowed("jacobian", default, activation)
    jacobian = activation.jacobian(z.astype(dtype))
    dense = jacobian.to_dense()
    scale = np.zeros(dense.shape)
    if activation.name in bounds.CANCELLING_JACOBIANS:
        scale = np.abs(np.einsum("bi,ij->bij", jacobian.d, np.eye(z.shape[-1])))
        scale = scale + np.einsum("bir,bjr->bij", np.abs(jacobian.U), np.abs(jacobian.V))
    if activation.name in bounds.SIGN_CHANGING_DERIVATIVES:
        scale = np.stack([reference.slope_scale for reference in exact])
    for matrix, reference, size in zip(dense, exact, scale, strict=True):
        within(limit, matrix, reference.jacobian, size, where=(matrix, reference.z))


@each_dtype
@each_differentiable
def test_the_curvature_is_the_second_derivative(activation: Any, dtype: Any) -> None:
    z, exact = exact_rows(activation)
    g = np.array([0.5, -1.25, 2.0, 0.75], dtype=dtype)
    cotangents = np.broadcast_to(g, z.shape)
    limit = bounds.allowed("curvature", bounds.CURVATURE, activation)
    dense = activation.curvature(z.astype(dtype), cotangents).to_dense()
    for matrix, reference in zip(dense, exact, strict=True):
        with workdps(DIGITS):
            total = sum(
                mpf(float(c)) * np.array(m) for c, m in zip(g, reference.second, strict=True)
            )
            scale = np.einsum("k,kij->ij", np.abs(g), reference.second_scale)
        within(limit, matrix, total, scale, where=(matrix, reference.z))


@each_dtype
@each_differentiable
def test_products_are_exact_in_the_size_of_their_terms(activation: Any, dtype: Any) -> None:
    z, exact = exact_rows(activation)
    v = np.array([1.5, -0.75, 0.25, 3.0])
    vectors = np.broadcast_to(v, z.shape).astype(dtype)
    limit = bounds.allowed("product", bounds.CURVATURE, activation)
    forward = activation.jvp(z.astype(dtype), vectors)
    backward = activation.vjp(z.astype(dtype), vectors)
    for jvp, vjp, reference in zip(forward, backward, exact, strict=True):
        J = reference.jacobian
        terms = np.abs(np.array(J, dtype=float))
        within(limit, jvp, times(J, v), terms @ np.abs(v))
        within(limit, vjp, times(transposed(J), v), terms.T @ np.abs(v))


@each_dtype
@each_differentiable
def test_hvp_is_the_curvature_times_a_vector(activation: Any, dtype: Any) -> None:
    z = logits(activation).astype(dtype)
    g = np.broadcast_to(np.array([0.5, -1.25, 2.0, 0.75], dtype=dtype), z.shape)
    v = np.broadcast_to(np.array([1.5, -0.75, 0.25, 3.0], dtype=dtype), z.shape)
    curvature = activation.curvature(z, g)
    terms = (np.abs(curvature.to_dense()) @ np.abs(v)[..., None])[..., 0]
    if activation.name == "entmax":  # P^T diag(bend) P: its terms are larger than what they leave
        terms = np.maximum(terms, 1.0)
    gap = np.abs(activation.hvp(z, g, v) - curvature @ v)
    limit = bounds.CURVATURE * np.finfo(dtype).eps * terms + bounds.underflow(dtype)
    assert np.all(gap <= limit)


@each_dtype
@each_activation
def test_value_and_jacobian_together_are_each_alone(activation: Any, dtype: Any) -> None:
    z = logits(activation).astype(dtype)
    output, jacobian = activation.linearize(z)
    alone = activation.jacobian(z)
    eps = np.finfo(dtype).eps
    assert np.all(np.abs(output - activation(z)) <= 4 * eps * np.abs(output))
    assert np.array_equal(jacobian.to_dense(), alone.to_dense())
    assert np.array_equal(activation.partial(z, i=1, j=0), alone[..., 1, 0])


@each_dtype
@each_differentiable
def test_the_output_determines_the_jacobian_where_it_says_so(activation: Any, dtype: Any) -> None:
    z, exact = exact_rows(activation)
    p = activation(z.astype(dtype))
    try:
        dense = activation.jacobian_from_output(p).to_dense()
    except CapabilityError:
        return  # it says so
    for row, matrix, reference in zip(p, dense, exact, strict=True):
        # The output is rounded: a derivative by it can be no better than that rounding allows.
        eps = float(np.finfo(dtype).eps)
        size = np.max(np.abs(np.array(reference.jacobian, dtype=float)))
        spread = 1.0 if activation.domain.kind in (*PROBABILITIES, *LOGARITHMS) else size
        error = np.abs(matrix - np.array(reference.jacobian, dtype=float))
        assert np.all(error <= 64 * eps * max(size, spread)), (row, matrix)
