"""The logistic family in both tails, against definitions in mpmath. Limits in ULP as measured."""

from __future__ import annotations

import math

import numpy as np
import pytest
from mpmath import mp

from arrays.reference import BOTH, spread, worst_ulp
from softgrad.arrays import special

INF, NAN = math.inf, math.nan


def potential(x):
    """The integral of softplus, with the two halves of the dilogarithm's range."""
    if x <= 0:
        return -mp.re(mp.polylog(2, -mp.exp(x)))
    return x * x / 2 + mp.pi**2 / 6 + mp.re(mp.polylog(2, -mp.exp(-x)))


# name: (definition, measured limit in float64, its value at inf, at -inf)
FUNCTIONS = {
    "logistic": (lambda x: 1 / (1 + mp.exp(-x)), 2.2, 1, 0),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), 1.5, INF, 0),
    # 3.43 where NumPy's functions have no AVX-512.
    "log_cosh": (lambda x: mp.log1p(2 * mp.sinh(x / 2) ** 2), 3.5, INF, INF),
    "sech_squared": (lambda x: mp.sech(x) ** 2, 2.2, 0, 0),
    "tanh_softplus": (lambda x: mp.tanh(mp.log1p(mp.exp(x))), 2.5, 1, 0),
    "softplus_potential": (potential, 1.8, INF, 0),
}


@pytest.mark.parametrize("dtype", BOTH)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_accuracy(name, dtype):
    exact, limit, _, _ = FUNCTIONS[name]
    count = 60 if name == "softplus_potential" else 400
    x = np.concatenate(
        [spread(0, 2 * count, -3, 3), spread(1, count, -40, 40), spread(2, count, -740, 740)]
    )
    error = worst_ulp(getattr(special, name), exact, [x], dtype)
    assert error <= (0.51 if dtype == np.float32 else limit)


@pytest.mark.parametrize("dtype", BOTH)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_edges(name, dtype):
    _, _, above, below = FUNCTIONS[name]
    top = np.finfo(dtype).max
    x = np.array([INF, -INF, NAN, top, -top], dtype)
    y = getattr(special, name)(np, x)
    np.testing.assert_array_equal(y[:3], np.array([above, below, NAN], dtype))
    assert not np.isnan(y[3:]).any()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_zero_dimensional_float32_stays_float32(name):
    assert getattr(special, name)(np, np.float32(0.5)).dtype == np.float32
