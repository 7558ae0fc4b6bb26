"""Hinges: zero from a margin of 1 on, the best other score only or all, binary for one score."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import softgrad as sg
from softgrad.boosting import objective

GENERATOR = np.random.default_rng(6)
R = GENERATOR.normal(size=(50, 5))
LABELS = GENERATOR.integers(0, 5, 50)
SOFT = GENERATOR.dirichlet(np.ones(5), 50)
HINGES = [sg.hinge, sg.squared_hinge, sg.weston_watkins, sg.WestonWatkins(squared=True)]


def violations(r: np.ndarray, c: int) -> list[tuple[float, np.ndarray]]:
    """(1 + r_j - r_c, e_j - e_c) for every other class j, the worst first."""
    axes = np.eye(len(r))
    found = [(1 + r[j] - r[c], axes[j] - axes[c]) for j in range(len(r)) if j != c]
    return sorted(found, key=lambda one: -one[0])


@pytest.mark.parametrize("loss", HINGES, ids=repr)
def test_a_hinge_is_0_exactly_from_a_margin_of_1_on(loss: Any) -> None:
    label = np.array(1)
    assert loss(np.array([0.0, 1.0, -3.0]), label) == 0
    assert np.all(loss.gradient(np.array([0.0, 1.0, -3.0]), label) == 0)  # the kink
    assert loss(np.array([0.0, 0.75, -3.0]), label) > 0


@pytest.mark.parametrize("squared", [False, True])
def test_crammer_and_singer_count_the_best_other_score_of_each_class(squared: bool) -> None:
    loss = sg.squared_hinge if squared else sg.hinge
    for r, t in zip(R[:10], SOFT[:10], strict=True):
        value, gradient, hessian = 0.0, np.zeros(5), np.zeros((5, 5))
        for c in range(5):
            gap, step = violations(r, c)[0]
            if gap > 0:
                value += t[c] * (gap**2 if squared else gap)
                gradient += t[c] * step * (2 * gap if squared else 1)
                hessian += t[c] * np.outer(step, step) * (2 if squared else 0)
        assert loss(r, t) == pytest.approx(value, rel=1e-14)
        np.testing.assert_allclose(loss.gradient(r, t), gradient, rtol=0, atol=1e-14)
        np.testing.assert_allclose(loss.hessian(r, t).to_dense(), hessian, rtol=0, atol=1e-14)


@pytest.mark.parametrize("squared", [False, True])
def test_weston_and_watkins_count_every_violation(squared: bool) -> None:
    loss = sg.WestonWatkins(squared=squared)
    for r, c in zip(R[:10], LABELS[:10], strict=True):
        active = [(gap, step) for gap, step in violations(r, int(c)) if gap > 0]
        value = sum(gap**2 if squared else gap for gap, _ in active)
        gradient = sum((step * (2 * gap if squared else 1) for gap, step in active), np.zeros(5))
        hessian = sum((np.outer(step, step) for _, step in active), np.zeros((5, 5)))
        assert loss(r, c) == pytest.approx(value, rel=1e-14)
        np.testing.assert_allclose(loss.gradient(r, c), gradient, rtol=0, atol=1e-14)
        dense = loss.hessian(r, c).to_dense()
        np.testing.assert_allclose(dense, hessian * (2 if squared else 0), rtol=0, atol=1e-14)


@pytest.mark.parametrize("loss", [sg.hinge, sg.squared_hinge], ids=repr)
def test_a_row_of_one_score_is_binary(loss: Any) -> None:
    s, t = np.array([-2.0, 0.5, 3.0]), np.array([1.0, 1.0, 0.0])
    power = 2 if loss is sg.squared_hinge else 1
    expected = np.array([3.0, 0.5, 4.0])
    np.testing.assert_array_equal(loss(s, t, axis=()), expected**power)
    slopes = np.array([-1.0, -1.0, 1.0]) * (2 * expected if power == 2 else 1)
    np.testing.assert_array_equal(loss.gradient(s, t, axis=()), slopes)
    certain = np.array([1.0, 2.0]), np.array([1.0, 1.0])
    np.testing.assert_array_equal(loss(*certain, axis=()), [0.0, 0.0])


def test_among_equal_rivals_the_first_is_pulled() -> None:
    gradient = sg.hinge.gradient(np.array([2.0, 0.0, 2.0]), np.array(1))
    np.testing.assert_array_equal(gradient, [1.0, -1.0, 0.0])


@pytest.mark.parametrize("loss", HINGES, ids=repr)
def test_a_score_that_is_masked_or_never_does_not_compete(loss: Any) -> None:
    label, keep = np.array(2), np.array([True, False, True])
    pair = np.array([0.5, 9.0, 1.0]), label
    alone = loss(np.array([0.5, 1.0]), np.array(1))
    assert loss(*pair, where=keep) == alone
    assert loss.gradient(*pair, where=keep)[1] == 0
    assert loss(np.array([0.5, -np.inf, 1.0]), label) == alone


@pytest.mark.parametrize("loss", HINGES, ids=repr)
def test_a_hinge_of_probabilities_is_refused(loss: Any) -> None:
    with pytest.raises(sg.SoftgradError, match="real values"):
        sg.OutputLayer(sg.softmax, loss)


def test_weston_and_watkins_want_labels() -> None:
    with pytest.raises(sg.SoftgradError, match="labels"):
        sg.weston_watkins(R, SOFT)


@pytest.mark.parametrize("loss", [sg.hinge, sg.squared_hinge], ids=repr)
def test_scores_that_are_all_never_violate_nothing(loss: Any) -> None:
    layer = sg.OutputLayer("identity", loss)
    for n in (2, 3):
        value, gradient = layer.value_and_gradient(np.full((n, n), -np.inf), np.eye(n))
        assert np.all(value == 0)
        assert np.all(gradient == 0)


@pytest.mark.parametrize("loss", [sg.hinge, sg.squared_hinge], ids=repr)
def test_an_unknown_score_is_felt_also_where_the_target_weighs_no_class(loss: Any) -> None:
    scores = np.array([[np.nan, 1.0], [0.5, np.nan]])
    assert np.all(np.isnan(sg.OutputLayer("identity", loss).value(scores, np.zeros((2, 2)))))


def test_exponential_of_one_score_is_that_of_its_margin() -> None:
    s, t = np.array([-2.0, 0.5, 3.0, 0.0]), np.array([1.0, 1.0, 0.0, 0.25])
    signs = 2.0 * t[:3] - 1.0
    found = sg.exponential(s, t, axis=())
    np.testing.assert_allclose(found[:3], np.exp(-signs * s[:3]), rtol=1e-15)
    assert found[3] == 1.0
    slopes = sg.exponential.gradient(s, t, axis=())
    np.testing.assert_allclose(slopes[:3], -signs * np.exp(-signs * s[:3]), rtol=1e-15)
    assert slopes[3] == 0.5


def test_exponential_of_several_scores_is_one_class_against_the_others_each() -> None:
    z = np.array([[0.5, -1.0, 2.0]])
    expected = np.exp([-0.5, -1.0, 2.0]).sum()
    assert sg.exponential(z, np.array([0]))[0] == pytest.approx(expected, rel=1e-15)
    both = np.array([[1.0, 0.0, 1.0]])  # two labels
    assert sg.exponential(z, both)[0] == pytest.approx(np.exp([-0.5, -1.0, -2.0]).sum(), rel=1e-15)
    with pytest.raises(sg.SoftgradError, match=r"takes targets in \[0, 1\]"):
        sg.exponential(z, 2.0 * both)


def test_exponential_is_least_at_half_the_log_odds_also_in_boosting() -> None:
    y = np.repeat([0.0, 1.0], [1, 19])
    half = 0.5 * np.log(19.0)
    layer = sg.OutputLayer("identity", "exponential", axis=())
    assert abs(np.sum(layer.gradient(np.full(20, half), y))) < 1e-14
    for library in ("xgboost", "lightgbm", "catboost"):
        made = objective("identity", "exponential", library=library)
        np.testing.assert_allclose(made.base_score(y), [half], rtol=1e-12)


def test_a_hinge_in_boosting_starts_at_the_margin_of_the_commoner_class() -> None:
    made = objective("identity", "hinge", library="xgboost")
    assert made.base_score(np.repeat([0.0, 1.0], [9, 1])) == pytest.approx([-1.0])


@pytest.mark.parametrize("margin", [0.0, 0.25, 3.0])
def test_another_margin_is_a_hinge_of_scores_that_are_measured_by_it(margin: float) -> None:
    for kind in (sg.Hinge, sg.SquaredHinge):
        loss, power = kind(margin=margin), 2 if kind is sg.SquaredHinge else 1
        if margin:
            expected = margin**power * kind()(R / margin, LABELS)
        else:  # the perceptron's: how far the best score is above that of the label
            expected = (R.max(axis=-1) - R[np.arange(50), LABELS]) ** power
        np.testing.assert_allclose(loss(R, LABELS), expected, rtol=1e-12, atol=0)
