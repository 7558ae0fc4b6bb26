"""Every pair agrees with its definition in mpmath, and its derivatives with differences of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from laws import bounds
from laws.cases import DTYPES, PAIR_VARIANTS, Targets, identify, pair_logits, targets
from laws.reference import as_rows, times
from laws.reference_pairs import ExactPair, exact_pair
from laws.ulp import within
from softgrad import OutputLayer

DIFFERENTIABLE = [pair for pair in PAIR_VARIANTS if pair[0].derivative_is_exact]

each_pair = pytest.mark.parametrize("pair", PAIR_VARIANTS, ids=identify)
each_differentiable = pytest.mark.parametrize("pair", DIFFERENTIABLE, ids=identify)
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=identify)


class Case:
    """A pair at given logits and targets, computed and exact."""

    def __init__(self, pair: Any, z: np.ndarray, target: Targets, dtype: Any) -> None:
        self.layer = OutputLayer(*pair)
        self.name = target.name
        self.z = z.astype(dtype)
        integral = target.given.dtype.kind == "i"
        self.t = target.given if integral else target.given.astype(dtype)
        rows = zip(as_rows(z), as_rows(target.dense), strict=True)
        self.exact: list[ExactPair] = [exact_pair(*pair, row, t) for row, t in rows]


def cases(pair: Any, dtype: Any) -> Iterator[Case]:
    z = pair_logits(*pair)
    for target in targets(*pair, z):
        yield Case(pair, z, target, dtype)


@each_dtype
@each_pair
def test_the_value_is_the_definition(pair: Any, dtype: Any) -> None:
    limit = bounds.allowed("pair value", bounds.PAIR_VALUE, *pair)
    for case in cases(pair, dtype):
        for value, exact in zip(case.layer.value(case.z, case.t), case.exact, strict=True):
            within(limit, value, exact.value, exact.value_scale, where=(case.name, exact.z))


@each_dtype
@each_differentiable
def test_the_gradient_is_the_derivative(pair: Any, dtype: Any) -> None:
    limit = bounds.allowed("pair gradient", bounds.PAIR_GRADIENT, *pair)
    for case in cases(pair, dtype):
        for row, exact in zip(case.layer.gradient(case.z, case.t), case.exact, strict=True):
            where = (case.name, exact.z)
            within(limit, row, exact.gradient, exact.gradient_scale, where=where)


@each_dtype
@each_differentiable
def test_the_hessian_is_the_second_derivative(pair: Any, dtype: Any) -> None:
    limit = bounds.allowed("pair hessian", bounds.PAIR_HESSIAN, *pair)
    v = np.array([1.5, -0.75, 0.25])
    for case in cases(pair, dtype):
        dense = case.layer.hessian(case.z, case.t).to_dense()
        diagonal = case.layer.gradient_and_hessian_diagonal(case.z, case.t)[1]
        v = v[: case.z.shape[-1]]
        vectors = np.broadcast_to(v, case.z.shape).astype(dtype)
        products = case.layer.hvp(case.z, case.t, vectors)
        for i, exact in enumerate(case.exact):
            H, scale = exact.hessian, exact.hessian_scale
            scale = np.maximum(scale, np.abs(np.array(H, dtype=float)))
            scale = np.maximum(scale, bounds.underflow(dtype))
            where = (case.name, exact.z)
            within(limit, dense[i], H, scale, where=where)
            main = [H[k][k] for k in range(len(H))]
            within(limit, diagonal[i], main, np.diag(scale), where=where)
            within(limit, products[i], times(H, v), scale @ np.abs(v), where=where)


@each_dtype
@each_differentiable
def test_gauss_newton_is_the_congruence_of_the_output(pair: Any, dtype: Any) -> None:
    limit = bounds.allowed("gauss newton", bounds.PAIR_HESSIAN, *pair)
    for case in cases(pair, dtype):
        dense = case.layer.gauss_newton(case.z, case.t).to_dense()
        for matrix, exact in zip(dense, case.exact, strict=True):
            scale = np.maximum(exact.gauss_newton_scale, bounds.underflow(dtype))
            where = (case.name, exact.z)
            within(limit, matrix, exact.gauss_newton, scale, where=where)


@each_dtype
@each_pair
def test_value_and_gradient_together_are_each_alone(pair: Any, dtype: Any) -> None:
    for case in cases(pair, dtype):
        value, gradient = case.layer.value_and_gradient(case.z, case.t)
        assert np.array_equal(value, case.layer.value(case.z, case.t), equal_nan=True)
        alone = case.layer.gradient(case.z, case.t)
        assert np.array_equal(gradient, alone, equal_nan=True)


@each_dtype
def test_softmax_with_cross_entropy_reaches_its_goals(dtype: Any) -> None:
    pair = next(p for p in PAIR_VARIANTS if (p[0].name, p[1].name) == ("softmax", "cross_entropy"))
    z = pair_logits(*pair)
    labels = [t for t in targets(*pair, z) if t.given.dtype.kind == "i"]
    assert len(labels) == 2
    for target in labels:
        case = Case(pair, z, target, dtype)
        for fused in (True, False):
            if fused:
                value, gradient = case.layer.value_and_gradient(case.z, case.t)
            else:
                value = case.layer.value(case.z, case.t)
                gradient = case.layer.gradient_and_hessian_diagonal(case.z, case.t)[0]
            for i, exact in enumerate(case.exact):
                within(3.0, value[i], exact.value)
                within(4.0, gradient[i], exact.gradient)
