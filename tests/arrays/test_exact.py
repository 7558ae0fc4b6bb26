"""Error-free transformations are exact: checked with rational numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from arrays.reference import BOTH
from softgrad.arrays.exact import (
    compensated_sum,
    quotient_remainder,
    split,
    two_difference,
    two_product,
    two_sum,
)

EPSILON = {np.float64: 2.0**-52, np.float32: 2.0**-23}


def pairs(dtype, count=500):
    rng = np.random.default_rng(0)
    scale = 2.0 ** rng.integers(-20, 20, (2, count))
    # Short significands and numbers just below a power of two are where splittings go wrong.
    a, b = (rng.standard_normal((2, count)) * scale).astype(dtype)
    special = np.array([1, -1, 2 - EPSILON[dtype], 1 + EPSILON[dtype], 3, 0, 1e6, 1 / 3], dtype)
    left, right = np.meshgrid(special, special[special != 0])
    return np.concatenate([a, left.ravel()]), np.concatenate([b, right.ravel()])


def fractions(array):
    return [Fraction(v) for v in array.tolist()]


@pytest.mark.parametrize("dtype", BOTH)
@pytest.mark.parametrize(
    ("transformation", "operation"),
    [
        (two_sum, lambda a, b: a + b),
        (two_difference, lambda a, b: a - b),
        (lambda a, b: two_product(np, a, b), lambda a, b: a * b),
    ],
    ids=["two_sum", "two_difference", "two_product"],
)
def test_result_and_error_add_up_exactly(transformation, operation, dtype):
    a, b = pairs(dtype)
    high, low = transformation(a, b)
    assert high.dtype == low.dtype == dtype
    assert np.array_equal(high, operation(a, b))
    exact = [operation(x, y) for x, y in zip(fractions(a), fractions(b), strict=True)]
    assert [x + y for x, y in zip(fractions(high), fractions(low), strict=True)] == exact


@pytest.mark.parametrize("dtype", BOTH)
def test_split_halves_are_short_and_add_up(dtype):
    a, _ = pairs(dtype)
    high, low = split(np, a)
    assert [x + y for x, y in zip(fractions(high), fractions(low), strict=True)] == fractions(a)
    for half in (high, low):
        square = [x * x for x in fractions(half)]
        assert fractions(half * half) == square


@pytest.mark.parametrize("dtype", BOTH)
def test_quotient_and_remainder_carry_twice_the_precision(dtype):
    a, b = pairs(dtype)
    quotient, remainder = quotient_remainder(np, a, b)
    assert np.array_equal(quotient, a / b)
    for q, r, x, y in zip(*map(fractions, (quotient, remainder, a, b)), strict=True):
        assert abs(q + r - x / y) <= abs(x / y) * Fraction(EPSILON[dtype]) ** 2


@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 64, 1001])
@pytest.mark.parametrize("dtype", BOTH)
def test_compensated_sum_is_rounded_once(dtype, n):
    rng = np.random.default_rng(n)
    x = rng.exponential(size=(4, n)).astype(dtype) * rng.choice([1.0, 1e4, 1e-6], (4, n))
    x = x.astype(dtype)
    expected = np.array([math.fsum(row) for row in x.tolist()]).astype(dtype)
    assert np.array_equal(compensated_sum(np, x), expected)
    assert np.array_equal(compensated_sum(np, np.asfortranarray(x.T), axis=0), expected)


@pytest.mark.parametrize("dtype", BOTH)
def test_compensated_sum_survives_cancellation(dtype):
    big = 1.0 / EPSILON[dtype] * 8
    x = np.array([[big, 1.0, -big], [1.0, big, -big], [-big, big, 1.0]], dtype)
    assert compensated_sum(np, x).tolist() == [1.0, 1.0, 1.0]


def test_compensated_sum_of_non_finite_entries():
    inf, nan = math.inf, math.nan
    x = np.array([[inf, 1, 2], [-inf, 1, 2], [inf, -inf, 1], [nan, inf, 1]])
    np.testing.assert_array_equal(compensated_sum(np, x), [inf, -inf, nan, nan])
