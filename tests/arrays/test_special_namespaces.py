"""PyTorch, JAX under jit and array-api-strict give what NumPy gives, to a few ULP.

NumPy's results are checked against mpmath elsewhere; its float32 is correctly rounded from
float64, so it is the reference for the float32 formulas that only the others run.
"""

from __future__ import annotations

import math
from contextlib import nullcontext

import numpy as np
import pytest

from arrays.reference import BOTH
from softgrad.arrays import special

INF, NAN = math.inf, math.nan
ROWS = np.random.default_rng(0)
REAL = np.concatenate(
    [ROWS.uniform(-3, 3, 400), ROWS.uniform(-30, 30, 400), [0, INF, -INF, NAN, 1, -1]]
)
POSITIVE = np.abs(REAL)
UNIT = np.concatenate([ROWS.uniform(0, 1, 400), 10.0 ** ROWS.uniform(-20, 0, 100), [0, 1, 0.5]])

# name: (arguments, ULP allowed between float64 results, between float32 results)
CASES = {
    "logistic": ([REAL], 4, 4),
    "softplus": ([REAL], 4, 4),
    "log_cosh": ([REAL], 6, 6),
    "sech_squared": ([REAL], 6, 6),
    "tanh_softplus": ([REAL], 6, 6),
    "softplus_potential": ([REAL], 4, 4),
    "log1mexp": ([POSITIVE], 4, 4),
    "log1pmx": ([POSITIVE - 0.9], 6, 6),
    "relative_entropy_term": ([UNIT - UNIT[::-1], UNIT[::-1].copy()], 6, 6),
    "gaussian": ([np.clip(REAL, -13, 13)], 4, 4),
    "normal_pdf": ([np.clip(REAL, -13, 13)], 4, 4),
    "normal_cdf": ([np.clip(REAL, -13, 13)], 6, 6),
    "log_normal_cdf": ([np.clip(REAL, -1e6, 13)], 6, 6),
    "inverse_mills": ([np.clip(REAL, -INF, 13)], 6, 6),
    "normal_quantile": ([UNIT], 6, 6),
}


def torch_library():
    import array_api_compat.torch as xp
    import torch

    return xp, torch.asarray, lambda f: f, lambda a: a.numpy(), nullcontext()


def jax_library():
    import jax

    return jax.numpy, jax.numpy.asarray, jax.jit, np.asarray, jax.enable_x64(True)


def strict_library():
    import array_api_strict as xp

    return xp, xp.asarray, lambda f: f, np.asarray, nullcontext()


LIBRARIES = {"torch": torch_library, "jax": jax_library, "strict": strict_library}


def in_library(library, function, columns):
    """`function` of the library's arrays, as NumPy arrays again."""
    xp, to_array, compiled, to_numpy, context = LIBRARIES[library]()
    with context:
        results = compiled(lambda *arrays: tuple(function(xp, *arrays)))(*map(to_array, columns))
        return [to_numpy(r) for r in results]


def assert_within_ulp(value, expected, ulp):
    """Equal where not finite; a library may flush subnormal numbers to zero."""
    assert value.dtype == expected.dtype
    normal = np.abs(expected) >= np.finfo(expected.dtype).smallest_normal
    finite = np.isfinite(expected) & normal
    np.testing.assert_array_equal(value[~np.isfinite(expected)], expected[~np.isfinite(expected)])
    with np.errstate(under="ignore"):
        distance = np.abs(value[finite] - expected[finite]) / np.spacing(np.abs(expected[finite]))
    assert distance.max() <= ulp


@pytest.mark.parametrize("dtype", BOTH)
@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", CASES)
def test_special_function_agrees(name, library, dtype):
    columns, *allowed = CASES[name]
    columns = [c.astype(dtype) for c in columns]
    function = getattr(special, name)
    expected = function(np, *columns)
    (value,) = in_library(library, lambda xp, *a: (function(xp, *a),), columns)
    assert_within_ulp(value, expected, allowed[dtype == np.float32])


@pytest.mark.parametrize("temperature", [1.0, 0.3])
@pytest.mark.parametrize("dtype", BOTH)
@pytest.mark.parametrize("library", LIBRARIES)
def test_shifted_exponentials_agree(library, dtype, temperature):
    rows = ROWS.standard_normal((20, 300)) * 10
    rows[0, 0] = 60.0
    rows[1], rows[2, :5] = -INF, -INF
    rows[3, 3] = INF
    rows[4, 3:5] = INF
    rows[5, 7] = NAN
    rows = rows.astype(dtype)
    expected = special.shifted_exponentials(np, rows, temperature)
    found = in_library(
        library, lambda xp, z: special.shifted_exponentials(xp, z, temperature), [rows]
    )
    for value, reference in zip(found[:3], expected[:3], strict=True):
        assert_within_ulp(value, reference, 4)
    known = ~np.isnan(expected.rest[:, 0])  # a NaN row has no largest entry
    np.testing.assert_array_equal(found[3][known], expected.mask[known])
