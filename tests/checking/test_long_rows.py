"""Rows of many entries are probed with products: nothing may slip through them."""

import numpy as np
import pytest

import softgrad as sg
from checking.derivatives import log_softmax, pull_back, softmax

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((5, 200))
Y = np.eye(200)[[3, 0, 199, 50, 7]]


def loss(z):
    """Of one size only: no shorter row can be tried."""
    return -np.sum(Y * log_softmax(z))


def slope(z):
    return softmax(z) - Y


def test_right_ones_pass():
    assert sg.check(loss, slope, X)
    assert sg.check(loss, slope(X), X)


@pytest.mark.parametrize("hole", [np.nan, np.inf])
def test_a_single_entry_that_is_no_number(hole):
    def broken(z):
        found = slope(z)
        found[2, 17] = hole
        return found

    assert sg.check(loss, broken, X).verdict == "wrong"


@pytest.mark.parametrize("offset", [1e-6, 1e5])
def test_a_constant_is_not_orthogonal_to_all_directions(offset):
    report = sg.check(loss, lambda z: slope(z) + offset, X)
    assert (report.verdict, report.diagnosis) == ("wrong", "constant-offset")


def test_an_answer_for_one_point_alone():
    known = slope(X)
    assert sg.check(loss, lambda z: known, X).diagnosis == "stateful"


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("sign-flipped", lambda z: -slope(z)),
        ("mean-for-sum", lambda z: slope(z) / 5),
        ("scaled", lambda z: 1.5 * slope(z)),
        ("fused-twice", lambda z: pull_back(z, slope(z))),
        ("probability-for-logit", lambda z: -Y / softmax(z)),
        ("permuted", lambda z: np.roll(slope(z), 1, axis=-1)),
    ],
)
def test_closures_of_one_size_are_told_apart(code, wrong):
    assert sg.check(loss, wrong, X).diagnosis == code


def test_a_factor_shows_at_any_length():
    x = RANDOM.standard_normal(5000)
    weights = 1.0 + RANDOM.random(5000)
    report = sg.check(lambda z: np.sum(weights * z**2), lambda z: -2 * weights * z, x)
    assert report.diagnosis == "sign-flipped"


def test_second_derivatives_of_long_rows():
    def value(z):
        return np.sum(np.exp(z)) + np.sum(z) ** 2

    def hessian(z):
        return np.diag(np.exp(z)) + 2.0

    x = RANDOM.standard_normal(60)
    assert sg.check(value, hessian, x, "hessian")
    assert sg.check(value, lambda z: hessian(z) / 2, x, "hessian").diagnosis == "scaled"


def test_a_million_entries_take_no_call_an_entry():
    calls = []

    def counted(z):
        calls.append(z.size)
        return np.tanh(z)

    x = RANDOM.standard_normal(1_000_000)
    assert sg.check(counted, lambda z: 1 - np.tanh(z) ** 2, x, "elementwise")
    assert sum(size == x.size for size in calls) < 400
