"""The normal distribution in both tails, against mpmath. Limits in ULP as measured."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest
from mpmath import mp, mpf

from arrays.reference import BOTH, spread, worst_ulp
from softgrad.arrays import logs as logarithms
from softgrad.arrays import normal, normal_quantile, special

INF, NAN = math.inf, math.nan


def phi(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def mills(x):
    """phi(x) / Phi(x), from the asymptotic series where Phi is beyond mpmath's erfc."""
    if x > -1000:
        return phi(x) / cdf(x)
    terms = [(-1) ** k * mp.fac2(2 * k - 1) / x ** (2 * k) for k in range(9)]
    return -x / mp.fsum(terms)


def log_cdf(x):
    return mp.log1p(-cdf(-x)) if x > 0 else mp.log(phi(x) / mills(x))


# name: (definition, range, measured limit in float64, value at inf, at -inf)
FUNCTIONS = {
    "gaussian": (lambda x: mp.exp(-x * x / 2), (-39, 39), 1.2, 0, 0),
    "normal_pdf": (phi, (-39, 39), 1.2, 0, 0),
    "normal_cdf": (cdf, (-39, 10), 3.0, 1, 0),
    "log_normal_cdf": (log_cdf, (-3000, 39), 3.7, 0, -INF),
    "inverse_mills": (mills, (-3000, 39), 2.7, 0, INF),
}


@pytest.mark.parametrize("dtype", BOTH)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_accuracy(name, dtype):
    exact, (low, high), limit, _, _ = FUNCTIONS[name]
    x = np.concatenate([spread(0, 500, -3, 3), spread(1, 500, max(low, -39), high)])
    x = np.concatenate([x, spread(2, 100, low, high)])
    error = worst_ulp(getattr(special, name), exact, [x], dtype)
    assert error <= (0.51 if dtype == np.float32 else limit)


@pytest.mark.parametrize("dtype", BOTH)
def test_mills_excess(dtype):
    x = np.concatenate([spread(3, 600, 0, 40), 10.0 ** np.linspace(1, 8, 200)])
    error = worst_ulp(special.mills_excess, lambda a: mills(-a) - a, [x], dtype, digits=80)
    assert error <= (0.51 if dtype == np.float32 else 8.0)


@pytest.mark.parametrize("dtype", BOTH)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_edges(name, dtype):
    *_, above, below = FUNCTIONS[name]
    top = np.finfo(dtype).max
    y = getattr(special, name)(np, np.array([INF, -INF, NAN, top, -top], dtype))
    np.testing.assert_array_equal(y[:3], np.array([above, below, NAN], dtype))
    assert not np.isnan(y[3:]).any()


def quantile(r):
    """-Phi^-1(r) for r < 1/2: Newton's method on log Phi."""
    y = mp.sqrt(-2 * mp.log(r)) * mpf("0.7") if r < 0.3 else (mpf(1) / 2 - r) * mp.sqrt(2 * mp.pi)
    for _ in range(80):
        step = (mp.log(cdf(-y)) - mp.log(r)) * cdf(-y) / phi(y)
        y += step
        if abs(step) < mpf(10) ** -40 * y:
            return y
    raise AssertionError(r)


@pytest.mark.parametrize("dtype", BOTH)
def test_quantile_inverts_both_tails(dtype):
    rng = np.random.default_rng(5)
    least = -320 if dtype == np.float64 else -44
    p = np.concatenate(
        [
            rng.uniform(0, 0.5, 400),
            0.5 - 10.0 ** rng.uniform(-7, -1, 100),
            10.0 ** rng.uniform(least, -1, 150),
        ]
    )
    limit = 0.51 if dtype == np.float32 else 2.8
    lower = worst_ulp(special.normal_quantile, lambda p: -quantile(p), [p], dtype)
    assert lower <= limit
    upper = worst_ulp(
        lambda xp, q: special.normal_quantile(xp, 1.0 - q, q), quantile, [p[:300]], dtype
    )
    assert upper <= limit


@pytest.mark.parametrize("dtype", BOTH)
def test_quantile_edges(dtype):
    p = np.array([0, 1, 0.5, -0.1, 1.1, NAN], dtype)
    y = special.normal_quantile(np, p)
    np.testing.assert_array_equal(y, np.array([-INF, INF, 0, NAN, NAN, NAN], dtype))
    assert not np.signbit(y[2])


def test_coefficients_are_those_that_the_tool_finds():
    path = Path(__file__).parents[2] / "tools" / "fit_special.py"
    spec = importlib.util.spec_from_file_location("fit_special", path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tables = {
        "ATANH_TAIL": [logarithms._ATANH_TAIL],
        "HALF_ERF": [normal._HALF_ERF],
        "MILLS_EXCESS": [normal._EXCESS_OVER, normal._EXCESS_UNDER],
        "CENTRE": [normal_quantile._CENTRE_OVER, normal_quantile._CENTRE_UNDER],
        "NEAR_TAIL": [normal_quantile._NEAR_OVER, normal_quantile._NEAR_UNDER],
        "FAR_TAIL": [normal_quantile._FAR_OVER, normal_quantile._FAR_UNDER],
    }
    with mp.workdps(60):
        fits = tool.fits()
        assert fits.keys() == tables.keys()
        for name, fit in fits.items():
            over, under = tool.interpolate(*fit)
            found = [over, under] if len(under) > 1 else [over]
            assert [list(table) for table in tables[name]] == found
