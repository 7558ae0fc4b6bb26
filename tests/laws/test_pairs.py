"""Every pair agrees with its definition in mpmath, and its derivatives with differences of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from laws import bounds
from laws.cases import DTYPES, PAIR_VARIANTS, Targets, identify, pair_logits, targets
from laws.reference import as_rows
from laws.reference_pairs import exact_pair
from laws.ulp import within
from softgrad import OutputLayer
from softgrad.testing.limits import Limits
from softgrad.testing.pair_laws import EXACT_DERIVATIVE_LAWS, EXACT_LAWS, PairCase

DIFFERENTIABLE = [pair for pair in PAIR_VARIANTS if pair[0].derivative_is_exact]

each_pair = pytest.mark.parametrize("pair", PAIR_VARIANTS, ids=identify)
each_differentiable = pytest.mark.parametrize("pair", DIFFERENTIABLE, ids=identify)
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=identify)


def limits_of(pair: Any) -> Limits:
    return Limits(
        pair_value=bounds.allowed("pair value", bounds.PAIR_VALUE, *pair),
        pair_gradient=bounds.allowed("pair gradient", bounds.PAIR_GRADIENT, *pair),
        pair_hessian=bounds.allowed("pair hessian", bounds.PAIR_HESSIAN, *pair),
        gauss_newton=bounds.allowed("gauss newton", bounds.PAIR_HESSIAN, *pair),
    )


def case_of(pair: Any, z: np.ndarray, target: Targets, dtype: Any) -> PairCase:
    """A pair at given logits and targets, computed and exact."""
    t = target.given if target.given.dtype.kind == "i" else target.given.astype(dtype)
    rows = zip(as_rows(z), as_rows(target.dense), strict=True)
    exact = [exact_pair(*pair, row, dense) for row, dense in rows]
    return PairCase(OutputLayer(*pair), target.name, z.astype(dtype), t, exact)


def cases(pair: Any, dtype: Any) -> Iterator[PairCase]:
    z = pair_logits(*pair)
    for target in targets(*pair, z):
        yield case_of(pair, z, target, dtype)


@each_dtype
@each_pair
@pytest.mark.parametrize("law", EXACT_LAWS, ids=identify)
def test_what_is_exact_of_values(law: Callable[..., None], pair: Any, dtype: Any) -> None:
    law(cases(pair, dtype), limits_of(pair))


@each_dtype
@each_differentiable
@pytest.mark.parametrize("law", EXACT_DERIVATIVE_LAWS, ids=identify)
def test_what_is_exact_of_derivatives(law: Callable[..., None], pair: Any, dtype: Any) -> None:
    law(cases(pair, dtype), limits_of(pair))


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
        case = case_of(pair, z, target, dtype)
        for fused in (True, False):
            if fused:
                value, gradient = case.layer.value_and_gradient(case.z, case.t)
            else:
                value = case.layer.value(case.z, case.t)
                gradient = case.layer.gradient_and_hessian_diagonal(case.z, case.t)[0]
            for i, exact in enumerate(case.exact):
                within(3.0, value[i], exact.value)
                within(4.0, gradient[i], exact.gradient)
