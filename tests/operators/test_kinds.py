"""Every kind of operator keeps the one contract: constructors crossed with laws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softgrad import DiagonalPlusLowRank, Softmax
from softgrad.operators import (
    CategoricalCovariance,
    Congruence,
    Operator,
    Product,
    SuffixGram,
    Sum,
    congruence,
)

ROWS, N = 3, 5


def low_rank(random: np.random.Generator, rank: int = 2) -> DiagonalPlusLowRank:
    factors = random.standard_normal((2, ROWS, N, rank))
    return DiagonalPlusLowRank(random.standard_normal((ROWS, N)), *factors)


def covariance(random: np.random.Generator) -> DiagonalPlusLowRank:
    z = random.standard_normal((ROWS, N))
    z[0, 2] += 30.0  # one row with a pivot that would cancel
    return Softmax(temperature=0.5).jacobian(z)


def suffix_gram(random: np.random.Generator) -> SuffixGram:
    keep = np.ones((ROWS, N))
    keep[1, 2] = 0.0
    counts = np.cumsum(keep[:, ::-1], axis=-1)[:, ::-1]
    return SuffixGram(np, counts, keep, 0.5 + random.random(ROWS))


KINDS: dict[str, Callable[[np.random.Generator], Operator]] = {
    "diagonal": lambda r: DiagonalPlusLowRank(r.standard_normal((ROWS, N))),
    "diagonal plus low rank": low_rank,
    "covariance": covariance,
    "suffix gram": suffix_gram,
    "sum": lambda r: Sum(low_rank(r), suffix_gram(r)),
    "product": lambda r: Product(suffix_gram(r), low_rank(r)),
    "congruence": lambda r: Congruence(covariance(r), suffix_gram(r)),
    "closed congruence": lambda r: congruence(covariance(r), low_rank(r)),
}
each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def dense_by_columns(A: Operator) -> np.ndarray:
    """What A does to each unit vector: `@` alone, no other method."""
    columns = [A @ np.broadcast_to(unit, (ROWS, N)) for unit in np.eye(N)]
    return np.stack(columns, axis=-1)


def agree(found: Any, expected: Any, size: Any) -> None:
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    assert np.all(np.abs(found - expected) <= 1e-13 * np.max(np.abs(size)))


@each_kind
@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_views_agree_with_products(kind: Any, seed: int) -> None:
    A = kind(np.random.default_rng(seed))
    M = dense_by_columns(A)
    agree(A.to_dense(), M, M)
    agree(np.asarray(A), M, M)
    agree(A.T.to_dense(), np.swapaxes(M, -1, -2), M)
    agree(A.diagonal(), np.einsum("rii->ri", M), M)
    agree(A.trace(), np.einsum("rii->r", M), M)
    for i in range(N):
        agree(A.row(i), M[:, i], M)
        agree(A.column(i), M[:, :, i], M)
        agree(A[..., i, 1], M[..., i, 1], M)


@each_kind
@settings(max_examples=10, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_kind_can_be_scaled_added_and_multiplied_with_every_other(
    kind: Any, seed: int
) -> None:
    random = np.random.default_rng(seed)
    A = kind(random)
    M, s = A.to_dense(), random.standard_normal(ROWS)
    agree((A * s).to_dense(), s[:, None, None] * M, M)
    agree((-2.0 * A).to_dense(), -2.0 * M, M)
    for other in KINDS.values():
        B = other(random)
        dense = B.to_dense()
        agree((A + B).to_dense(), M + dense, np.abs(M).max() + np.abs(dense).max())
        size = N * np.abs(M).max() * np.abs(dense).max()
        agree((A @ B).to_dense(), M @ dense, size)
        agree((A @ B).diagonal(), np.einsum("rij,rji->ri", M, dense), size)


@pytest.mark.parametrize("inner", KINDS.values(), ids=KINDS)
@settings(max_examples=10, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_congruence_is_three_products(inner: Any, seed: int) -> None:
    random = np.random.default_rng(seed)
    H = inner(random)
    for J in (covariance(random), low_rank(random)):
        dense = J.to_dense()
        expected = np.swapaxes(dense, -1, -2) @ H.to_dense() @ dense
        size = (N * np.abs(dense).max()) ** 2 * np.abs(H.to_dense()).max()
        agree(congruence(J, H).to_dense(), expected, size)
        agree(congruence(J, H).diagonal(), np.einsum("rii->ri", expected), size)


def test_a_covariance_is_what_its_name_says() -> None:
    p = np.array([0.7, 0.2, 0.1])
    draws = np.eye(3)
    centred = draws - p
    expected = np.einsum("k,ki,kj->ij", p, centred, centred)
    found = CategoricalCovariance.from_probabilities(np, p).to_dense()
    np.testing.assert_allclose(found, expected, rtol=1e-15)
