"""The score that a boost starts from is the lowest there is, for every pair of single scores."""

from __future__ import annotations

import numpy as np
import pytest

import softgrad as sg
from softgrad.boosting import objective
from softgrad.boosting.start import best_constant
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.errors import SoftgradError

FLAT = [sg.LeakyReLU(slope=0.0), sg.HardTanh(low=-3.0, high=3.0), sg.HardShrink(width=2.0)]
SCORES = np.linspace(-34.5, 34.5, 691)
RNG = np.random.default_rng(0)
TARGETS = [np.abs(RNG.normal(size=40)) + 0.5, RNG.normal(size=40), np.repeat([0.0, 1.0], [27, 13])]


def _costs(layer: sg.OutputLayer, scores: np.ndarray, y: np.ndarray) -> np.ndarray:
    rows = np.repeat(scores, len(y)), np.tile(y, len(scores))
    with np.errstate(all="ignore"):
        costs = np.sum(np.reshape(layer.value(*rows), (len(scores), len(y))), axis=1)
    return np.where(np.isnan(costs), np.inf, costs)


@pytest.mark.parametrize(
    "activation",
    [*(kind() for kind in ACTIVATIONS.values() if not kind.rowwise), *FLAT],
    ids=repr,
)
def test_no_other_score_has_a_lower_loss(activation):
    for loss in (kind() for kind in LOSSES.values()):
        has_rows = loss.row_length or loss.target_kind == "labels" or loss.compares_entries
        if has_rows or not loss.fits(activation):
            continue
        made = objective(activation, loss, library="lightgbm")
        for y in TARGETS:
            try:
                (start,) = made.base_score(y)
            except SoftgradError:  # not a target of this loss
                continue
            tried = np.concatenate([SCORES, y])
            costs = _costs(made.layer, np.append(tried, start), y)
            least = np.min(costs)
            at = tried[np.argmin(costs[:-1])]
            assert costs[-1] <= least + 1e-12 * abs(least), f"{loss!r}: {start}, but {at}"


def test_a_start_is_not_on_a_flat_part_where_trees_could_not_leave_it():
    y = TARGETS[0]
    for activation in ("relu", "relu6", "threshold", "soft_shrink", "hard_shrink", *FLAT):
        made = objective(activation, "squared_error", library="xgboost")
        (start,) = made.base_score(y)
        gradient, _ = made.derivatives(np.full(len(y), start), y)
        assert np.any(gradient != 0.0), activation


def test_a_start_reaches_as_far_as_values_are():
    y = np.array([-5000.0, -7000.0, -6000.0])
    (start,) = objective("leaky_relu", "squared_error", library="xgboost").base_score(y)
    assert start == pytest.approx(-600000.0, rel=1e-7)
    (start,) = objective("softplus", "squared_error", library="xgboost").base_score(-y)
    assert start == pytest.approx(6000.0, rel=1e-7)


def test_a_row_of_values_starts_where_each_of_them_would_alone():
    y = np.stack([TARGETS[0], TARGETS[1], 10.0 * TARGETS[0]], axis=1)
    w = np.linspace(0.5, 2.0, len(y))
    for activation in ("identity", "relu", "relu6", "soft_shrink", "hard_swish"):
        for loss in ("squared_error", "huber", "quantile"):
            alone = objective(activation, loss, library="xgboost")
            together = objective(activation, loss, library="xgboost", classes=3)
            wanted = [alone.base_score(column, w)[0] for column in y.T]
            np.testing.assert_array_equal(together.base_score(y, w), wanted)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_mean_and_deviation_are_found_in_all_units(unit):
    y = RNG.normal(size=200) * unit + 3.0 * unit
    mean, log_variance = best_constant(sg.OutputLayer("identity", "gaussian"), y, None, 2)
    assert mean == pytest.approx(y.mean(), rel=1e-6)
    assert np.exp(0.5 * log_variance) == pytest.approx(y.std(), rel=1e-6)
