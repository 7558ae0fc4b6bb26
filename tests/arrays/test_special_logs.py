"""Logarithms near 1 and near 0, against their definitions in mpmath. Limits in ULP as measured."""

from __future__ import annotations

import math

import numpy as np
import pytest
from mpmath import mp

from arrays.reference import BOTH, spread, worst_ulp
from softgrad.arrays.special import log1mexp, log1pmx, relative_entropy_term

INF, NAN = math.inf, math.nan


def limit(dtype, ulp):
    """NumPy's float32 goes through float64 and is rounded once."""
    return 0.51 if dtype == np.float32 else ulp


@pytest.mark.parametrize("dtype", BOTH)
def test_log1mexp(dtype):
    x = np.concatenate([spread(0, 1000, 0, 3), spread(1, 500, 0, 80)])
    error = worst_ulp(log1mexp, lambda x: mp.log(-mp.expm1(-x)), [x], dtype, digits=100)
    assert error <= limit(dtype, 2.4)


@pytest.mark.parametrize("dtype", BOTH)
def test_log1pmx(dtype):
    near_end = -1 + 10.0 ** -np.linspace(0.1, 7, 300)
    x = np.concatenate([spread(2, 2000, -1, 4), near_end, 10.0 ** np.linspace(0, 30, 100)])
    error = worst_ulp(log1pmx, lambda x: mp.log1p(x) - x, [x], dtype, digits=120)
    assert error <= limit(dtype, 2.5)


@pytest.mark.parametrize("dtype", BOTH)
def test_relative_entropy_term(dtype):
    rng = np.random.default_rng(4)
    ratio = np.concatenate(
        [
            10.0 ** rng.uniform(-15, 15, 1500),
            rng.uniform(0, 6, 1500),
            1 + rng.choice([-1, 1], 1000) * 10.0 ** rng.uniform(-14, -0.5, 1000),
        ]
    )
    p = 10.0 ** rng.uniform(-12, 0, ratio.size)
    d = p * (ratio - 1)

    def exact(d, p):
        return (p + d) * mp.log1p(d / p) - d if p + d > 0 else p

    error = worst_ulp(relative_entropy_term, exact, [d, p], dtype, digits=100)
    assert error <= limit(dtype, 3.1)


def test_relative_entropy_term_where_the_ratio_would_overflow():
    d = np.array([1.0, 1e-3, 0.5, 1e-310, 1.0])
    p = np.array([5e-324, 1e-310, 1e-300, 1e-320, 1e-309])

    def exact(d, p):
        return (p + d) * mp.log1p(d / p) - d

    assert worst_ulp(relative_entropy_term, exact, [d, p], np.float64, digits=700) <= 2.0


@pytest.mark.parametrize("dtype", BOTH)
def test_edges(dtype):
    def of(function, *columns):
        return function(np, *(np.array(c, dtype) for c in columns))

    equal = np.testing.assert_array_equal
    equal(of(log1mexp, [0, INF, -1, NAN]), [-INF, 0, NAN, NAN])
    equal(of(log1pmx, [0, -1, INF, -1.5, NAN]), [0, -INF, -INF, NAN, NAN])
    d = [0, 1, -1, -1.0000001, NAN, 0, 0.5]
    p = [0, 0, 1, 1, 1, 1, NAN]
    equal(of(relative_entropy_term, d, p), [0, INF, 1, 1, NAN, 0, NAN])
