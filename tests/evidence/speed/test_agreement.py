from __future__ import annotations

import numpy as np
import pytest

from softgrad.evidence.speed.agreement import deviation, disagreement, tolerance

P = np.full((3, 1000), 1e-3, np.float32)


def test_equal_results_agree():
    assert disagreement([P], [P.copy()], "float32") is None
    assert disagreement([np.float32(2.0), P], [np.float32(2.0), P], "float32") is None


def test_a_number_may_come_as_an_array_of_one():
    number = np.float32(2.0)
    assert disagreement([np.full((1, 1), number)], [number], "float32") is None


def test_rounding_agrees_and_what_is_more_does_not():
    near = tolerance("float32")
    assert disagreement([P * np.float32(1 + 0.5 * near)], [P], "float32") is None
    assert disagreement([P * np.float32(1 + 2 * near)], [P], "float32") is not None


def test_one_wrong_entry_among_many_is_seen():
    found = P.copy()
    found[1, 7] *= 1.001
    assert "wrong" not in str(disagreement([found], [P], "float32"))
    assert "differs by 1e-03" in str(disagreement([found], [P], "float32"))


def test_small_entries_that_are_all_wrong_are_seen_beside_a_large_one():
    gradient = np.full((1, 100_000), 1e-7, np.float32)
    gradient[0, 0] = -1.0
    found = np.where(gradient < 0, gradient, 0)
    assert deviation(found, gradient) > 100 * tolerance("float32")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([P, P], "gives 2 results; expected 1"),
        ([P.astype(np.float64)], "computes in float64; expected float32"),
        ([P[:, :-1]], r"gives shape \(3, 999\); expected \(3, 1000\)"),
        ([np.where(P > 0, np.float32(np.nan), P)], "differs by nan"),
        ([np.where(P > 0, np.float32(np.inf), P)], "differs by inf"),
    ],
)
def test_what_is_wrong_is_said(found, words):
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(disagreement(found, [P], "float32"))


def test_sixteen_bits_agree_to_a_few_of_their_own_digits():
    half = P.astype(np.float16)
    near = tolerance("float16")
    assert near < 0.005
    assert disagreement([(half * (1 + 0.5 * near)).astype(np.float16)], [half], "float16") is None
    assert disagreement([(half * (1 + 2 * near)).astype(np.float16)], [half], "float16")


def test_zero_agrees_with_zero_only():
    zero = np.zeros(3)
    assert deviation(zero, zero) == 0.0
    assert deviation(zero + 1e-300, zero) == np.inf
