"""Dice and Tversky: one family, set overlap for sets, and nothing lost for confident rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mpf, workdps

import softgrad as sg
from laws.ulp import within

GENERATOR = np.random.default_rng(3)
P = GENERATOR.random((4, 8))
T = (GENERATOR.random((4, 8)) > 0.5).astype(float)


def test_dice_is_tversky_with_equal_weights() -> None:
    half = sg.Tversky(alpha=0.5, beta=0.5, smooth=0.5)
    np.testing.assert_allclose(sg.dice(P, T), half(P, T), rtol=1e-15)
    np.testing.assert_allclose(sg.dice.gradient(P, T), half.gradient(P, T), rtol=1e-15)


def test_of_sets_tversky_is_the_jaccard_distance_and_dice_the_dice_distance() -> None:
    a, b = np.array([1.0, 1.0, 1.0, 0.0, 0.0]), np.array([0.0, 1.0, 1.0, 1.0, 0.0])
    assert sg.Tversky(alpha=1.0, beta=1.0, smooth=0.0)(a, b) == 1 - 2 / 4
    assert sg.Dice(smooth=0.0)(a, b) == pytest.approx(1 - 2 * 2 / 6, rel=1e-15)


def test_tversky_weighs_false_positives_and_false_negatives_apart() -> None:
    strict = sg.Tversky(alpha=1.0, beta=0.0, smooth=0.0)
    assert strict(np.array([1.0, 0.0]), np.array([1.0, 1.0])) == 0
    assert strict(np.array([1.0, 1.0]), np.array([1.0, 0.0])) == 0.5


@pytest.mark.parametrize("loss", [sg.Dice(smooth=0.0), sg.Tversky(smooth=0.0)], ids=repr)
def test_nothing_predicted_as_nothing_counts_nothing(loss: Any) -> None:
    empty = np.zeros(3)
    assert loss(empty, empty) == 0
    assert np.all(np.isfinite(loss.gradient(empty, empty)))


@pytest.mark.parametrize("loss", [sg.dice, sg.tversky], ids=repr)
def test_the_overlap_of_confident_coins_keeps_its_digits(loss: Any) -> None:
    z, t = [40.0, -45.0, 50.0, -60.0], [1, 0, 1, 0]
    with workdps(80):
        exact = loss.exact(sg.sigmoid.exact([mpf(x) for x in z]), t)
    value = sg.OutputLayer(sg.sigmoid, loss).value(np.array(z), np.array(t, dtype=float))
    assert 0 < exact < 1e-16
    within(4, value, exact)


@pytest.mark.parametrize("loss", [sg.dice, sg.tversky], ids=repr)
def test_the_hessian_has_rank_two(loss: Any) -> None:
    assert np.linalg.matrix_rank(loss.hessian(P[0], T[0]).to_dense(), tol=1e-12) == 2
