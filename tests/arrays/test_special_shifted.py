"""Softmax from shifted_exponentials, against its definition at 60 digits."""

from __future__ import annotations

import math

import array_api_compat.torch as torch_namespace
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from mpmath import mp, mpf

from arrays.reference import BOTH, ulp_error
from softgrad.arrays.special import shifted_exponentials, sum_of_weights

INF, NAN = math.inf, math.nan


def logits(family, rng, n):
    z = rng.standard_normal(n)
    top = z.max()
    match family:
        case "normal":
            return z
        case "offset":
            return 1e4 + z
        case "tie":
            z[:2] = top + 1, top + 1 - 1e-3
            return z
        case "wide":
            return 30 * z
        case "very wide":
            return 100 * z
        case "margin 12":
            z[n // 2] = top + 12
            return z
        case "one 30 above":
            z[n - 1] = top + 30
            return z
    raise AssertionError(family)


FAMILIES = ["normal", "offset", "tie", "wide", "very wide", "margin 12", "one 30 above"]


def softmax_errors(z, temperature, dtype):
    """Largest ULP error of softmax, of the rest, and of -log softmax in a row."""
    e = shifted_exponentials(np, z, temperature)
    p = e.weights / (1 + e.rest)
    loss = np.log1p(e.rest.astype(float)) - e.differences.astype(float)
    with mp.workdps(60):
        exact = [mpf(v) / mpf(temperature) for v in z.tolist()]
        top = max(exact)
        weights = [mp.exp(v - top) for v in exact]
        rest = mp.fsum(w for w, at_top in zip(weights, e.mask, strict=True) if not at_top)
        log_total = mp.log1p(rest)
        return (
            max(
                ulp_error(float(a), w / (1 + rest), dtype) for a, w in zip(p, weights, strict=True)
            ),
            ulp_error(float(e.rest[0]), rest, dtype),
            max(
                ulp_error(float(a), log_total - (v - top), dtype)
                for a, v in zip(loss, exact, strict=True)
            ),
        )


@pytest.mark.parametrize("temperature", [1.0, 0.3, 7.0])
@pytest.mark.parametrize("dtype", BOTH)
@pytest.mark.parametrize("family", FAMILIES)
def test_softmax_is_right_to_4_ulp(family, dtype, temperature):
    rng = np.random.default_rng(1)
    for n, repeats in ((2, 6), (10, 6), (100, 2), (1000, 1)):
        for _ in range(repeats if n < 1000 or temperature == 1.0 else 0):
            z = logits(family, rng, n).astype(dtype)
            of_softmax, of_rest, of_loss = softmax_errors(z, temperature, dtype)
            assert of_softmax <= (2.6 if dtype == np.float32 else 4.0)
            assert of_rest <= 3.0
            assert of_loss <= 2.5


@pytest.mark.parametrize("dtype", BOTH)
@pytest.mark.parametrize("temperature", [1.0, 1e-3, 1e3])
def test_edges_of_a_row(dtype, temperature):
    top = float(np.finfo(dtype).max)
    cases = [
        ([-INF, 2, 2], [0, 1, 1], 1),
        ([-INF, -INF, -INF], [0, 0, 0], 0),
        ([1, INF, -INF], [0, 1, 0], 0),
        ([INF, INF, 0], [NAN] * 3, NAN),
        ([1, NAN, -INF], [NAN] * 3, NAN),
        ([NAN, INF, 0], [NAN] * 3, NAN),
        ([top, -top, -INF], [1, 0, 0], 0),
        ([-top, -top, -INF], [1, 1, 0], 1),
        ([5, 5, 5], [1, 1, 1], 2),
    ]
    for row, weights, rest in cases:
        # The second row shows that nothing spills over.
        e = shifted_exponentials(np, np.array([row, [0, 0, -INF]], dtype), temperature)
        np.testing.assert_array_equal(e.weights, [weights, [1, 1, 0]])
        np.testing.assert_array_equal(e.rest, [[rest], [1]])
        never = np.isneginf(np.array(row)) & ~np.isnan(np.array(weights))
        assert np.all(np.isneginf(e.differences[0][never]))
        assert np.array_equal(np.isnan(e.differences[0]), np.isnan(weights))
        largest = (np.array(row) == np.max(row)) & (np.max(row) != -INF)
        np.testing.assert_array_equal(e.mask[0], largest)
        assert e.mask[1].tolist() == [True, True, False]


@pytest.mark.parametrize("dtype", BOTH)
@pytest.mark.parametrize("shape", [(5000, 10), (40, 1000), (3, 700, 60), (1, 3), (0, 4), (7,)])
def test_blocks_of_rows_equal_single_rows(dtype, shape):
    z = np.random.default_rng(2).standard_normal(shape).astype(dtype)
    if z.size > 1000:
        z.reshape(-1)[::997] = -INF
    whole = shifted_exponentials(np, z)
    assert whole.weights.shape == whole.differences.shape == whole.mask.shape == shape
    assert whole.rest.shape == (*shape[:-1], 1)
    assert all(a.dtype == dtype for a in whole[:3])
    assert whole.mask.dtype == bool
    if 0 in shape:
        return
    last = shifted_exponentials(np, z.reshape(-1, shape[-1])[-1:])
    np.testing.assert_array_equal(whole.weights.reshape(-1, shape[-1])[-1:], last.weights)
    np.testing.assert_allclose(
        whole.rest.reshape(-1, 1)[-1:], last.rest, rtol=4 * np.finfo(dtype).eps
    )


@pytest.mark.parametrize("n", [1, 7, 8, 9, 1000, 32768])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_sum_of_weights_is_right_to_2_ulp_in_every_layout(n, order):
    """Equal numbers are the worst: all that is rounded off then has one sign."""
    rng = np.random.default_rng(n)
    rows = [rng.uniform(size=n), np.full(n, 0.3), 10.0 ** rng.uniform(-30, 0, n), np.zeros(n)]
    x = np.array(rows, np.float32)
    exact = np.array([[math.fsum(row)] for row in x.tolist()])
    for xp, convert in ((np, np.asarray), (torch_namespace, torch.asarray), (jnp, jnp.asarray)):
        total = np.asarray(sum_of_weights(xp, convert(np.asarray(x, order=order))))
        assert total.shape == (4, 1)
        assert np.all(np.abs(total - exact) <= 2.0 * np.spacing(exact.astype(np.float32)))
