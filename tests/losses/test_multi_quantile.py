"""Several quantiles at once: the sum of each alone, what crossing costs, and what sorting does."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import softgrad as sg
from softgrad.boosting import objective

LEVELS = (0.1, 0.5, 0.9)
GENERATOR = np.random.default_rng(11)
R, Y = GENERATOR.normal(size=(200, 3)), GENERATOR.normal(size=200)


def test_without_crossing_it_is_the_sum_of_each_alone() -> None:
    loss = sg.MultiQuantile(tau=LEVELS)
    alone = [sg.Quantile(tau=level) for level in LEVELS]
    columns = [(one, R[:, k : k + 1], Y[:, None]) for k, one in enumerate(alone)]
    np.testing.assert_allclose(loss(R, Y), sum(one(r, y) for one, r, y in columns), rtol=1e-14)
    slopes = np.concatenate([one.gradient(r, y) for one, r, y in columns], axis=-1)
    np.testing.assert_array_equal(loss.gradient(R, Y), slopes)
    assert not np.any(loss.hessian(R, Y).to_dense())


@pytest.mark.parametrize("crossing", [0.25, 3.0])
def test_crossing_costs_by_how_far_each_lies_above_the_next(crossing: float) -> None:
    loss, free = sg.MultiQuantile(crossing=crossing), sg.MultiQuantile()
    by = np.maximum(R[:, :-1] - R[:, 1:], 0.0)
    cost = crossing * by.sum(axis=-1)
    np.testing.assert_allclose(loss(R, Y), free(R, Y) + cost, rtol=1e-14)
    pulled = loss.gradient(R, Y) - free.gradient(R, Y)
    crossed = crossing * (by > 0)
    expected = np.pad(crossed, ((0, 0), (0, 1))) - np.pad(crossed, ((0, 0), (1, 0)))
    np.testing.assert_allclose(pulled, expected, atol=1e-15)
    tied = np.array([[1.0, 1.0, 2.0]])
    np.testing.assert_array_equal(*(one.gradient(tied, np.zeros(1)) for one in (loss, free)))
    masked = np.array([True, False, True])  # which has no neighbour left to cross
    value, gradient = (f(R, Y, where=masked) for f in (loss, loss.gradient))
    np.testing.assert_array_equal(value, free(R, Y, where=masked))
    np.testing.assert_array_equal(gradient, free.gradient(R, Y, where=masked))


def test_sorting_a_row_never_makes_it_larger() -> None:
    for loss in (sg.MultiQuantile(tau=LEVELS), sg.MultiQuantile(crossing=0.5)):
        least = loss(np.sort(R, axis=-1), Y)
        for order in itertools.permutations(range(3)):
            assert np.all(loss(np.sort(R, axis=-1)[:, order], Y) >= least * (1 - 1e-15))


@pytest.mark.parametrize("tau", [(), (0.5, 0.1), (0.1, 0.1), (0.1, 1.5), ("0.1",), 0.5, [0.1, 0.9]])
def test_levels_are_a_tuple_of_shares_in_their_order(tau: object) -> None:
    with pytest.raises(sg.SoftgradError, match=r"MultiQuantile: (a level of )?tau is"):
        sg.MultiQuantile(tau=tau)


def test_rows_have_a_column_a_level() -> None:
    assert sg.MultiQuantile(tau=(0.25, 0.75)).row_length == 2
    with pytest.raises(sg.SoftgradError, match="rows of length 2; MultiQuantile"):
        sg.multi_quantile(np.zeros((4, 2)), np.zeros(4))
    with pytest.raises(sg.SoftgradError, match="classes is 2; MultiQuantile"):
        objective("identity", "multi_quantile", library="xgboost", classes=2)


def test_boosting_finds_quantiles_in_their_order() -> None:
    import lightgbm

    x = GENERATOR.uniform(-2.0, 2.0, size=(3000, 1))
    y = np.sin(2.0 * x[:, 0]) + 0.3 * GENERATOR.normal(size=3000)
    made = objective("identity", sg.MultiQuantile(crossing=1.0), library="lightgbm")
    assert made.columns == 3
    data = lightgbm.Dataset(x, y)
    words = {**made.params(), "objective": made, "learning_rate": 0.1, "num_leaves": 15}
    model = lightgbm.train({**words, "verbose": -1, "num_threads": 1}, data, num_boost_round=60)
    found = made.predict(model, x)
    shares = np.mean(y[:, None] <= found, axis=0)
    assert np.all(np.abs(shares - LEVELS) < 0.05), shares
    assert np.mean(np.diff(found, axis=-1) < 0.0) < 0.01


@pytest.mark.parametrize("unit", [1.0, 1e3])
def test_boosting_starts_from_the_quantiles_of_what_was_observed(unit: float) -> None:
    made = objective("identity", "multi_quantile", library="xgboost")
    wanted = np.quantile(Y, LEVELS)
    np.testing.assert_allclose(made.base_score(unit * Y) / unit, wanted, atol=0.05)
    spread = objective("identity", "gaussian", library="xgboost")
    found = spread.base_score(unit * (Y + 5.0))
    expected = [unit * (Y.mean() + 5.0), 2.0 * np.log(unit * Y.std())]
    np.testing.assert_allclose(found, expected, rtol=1e-5)
