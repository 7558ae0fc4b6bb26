"""The loss of pairs: its weights, and that n^2 pairs never lie in memory at once."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import softgrad as sg
from softgrad.errors import ParameterError

RNG = np.random.default_rng(3)


def test_weights_of_ndcg_are_what_an_exchange_would_change() -> None:
    ndcg_score = pytest.importorskip("sklearn.metrics").ndcg_score
    z, t = RNG.normal(size=6), np.array([2.0, 0.0, 1.0, 3.0, 0.0, 1.0])
    gains = 2.0**t - 1.0
    now, expected = ndcg_score([gains], [z]), 0.0
    for i in range(6):
        for j in range(6):
            if t[i] > t[j]:
                swapped = z.copy()
                swapped[[i, j]] = z[[j, i]]
                weight = abs(ndcg_score([gains], [swapped]) - now)
                expected += weight * np.log1p(np.exp(z[j] - z[i]))
    loss = sg.PairwiseLogistic(weighting="ndcg")
    np.testing.assert_allclose(loss(z, t), expected, rtol=1e-12)
    with pytest.raises(ParameterError, match="'even' or 'ndcg'"):
        sg.PairwiseLogistic(weighting="map")


def test_long_rows_go_block_by_block() -> None:
    n = 1500
    z, t = RNG.normal(size=n), RNG.integers(0, 4, size=n).astype(float)
    layer = sg.OutputLayer("identity", "pairwise_logistic")
    tracemalloc.start()
    slopes, bends = layer.gradient_and_hessian_diagonal(z, t)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100 * 2**20  # bytes: some arrays of 2^20 pairs, of 2.25 million
    few = RNG.integers(n, size=3)
    for i in few:
        p = 1.0 / (1.0 + np.exp(-(z[i] - z)))
        expected = np.sum(np.where(t > t[i], p, 0.0) - np.where(t < t[i], 1.0 - p, 0.0))
        np.testing.assert_allclose(slopes[i], expected, rtol=1e-11)
        np.testing.assert_allclose(bends[i], np.sum(p * (1 - p) * (t != t[i])), rtol=1e-12)
    v = RNG.normal(size=n)
    product = layer.hvp(z, t, v)
    np.testing.assert_allclose(product @ z, layer.hvp(z, t, z) @ v, rtol=1e-10)
