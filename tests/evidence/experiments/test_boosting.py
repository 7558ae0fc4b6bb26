from __future__ import annotations

import numpy as np
import pytest

from softgrad.boosting import CURVATURES
from softgrad.errors import ParameterError
from softgrad.evidence.experiments.boosting import Parts, accuracy, boost, load
from softgrad.evidence.experiments.boosting_curvatures import Outcome, outcomes, summaries
from softgrad.evidence.experiments.boosting_losses import (
    BASELINE,
    goals,
    noisy_accuracies,
    own_losses,
)


def silent(message: str) -> None:
    assert message


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_generalised_cross_entropy_learns_the_truth_from_wrong_labels(library):
    # The whole experiment has +2 to +4 points on digits; here one split and fewer rounds.
    found = {
        one.goal: one.accuracies[0]
        for one in noisy_accuracies(library, data=["digits"], seeds=1, rounds=60, finished=silent)
    }
    assert found["generalised CE, q = 0.7"] > found[BASELINE] + 0.02, found


def test_focal_loss_and_label_smoothing_are_better_at_their_own_loss():
    # Classes overlap in these rows, so that no loss can be brought to 0.
    (*results,) = own_losses("lightgbm", data=["waves"], seeds=1, rounds=60, finished=silent)
    for one in results:
        if one.goal.startswith(("focal", "label")):
            assert one.trained[0] < one.baseline[0], one


def test_a_judge_sees_the_scores_of_every_round():
    parts = Parts.of(load("wine"), 0)
    rows = [len(part.targets) for part in (parts.train, parts.validation, parts.test)]
    assert sum(rows) == 178
    maker = goals()[0].objective("xgboost", 3)
    validation, test = boost(maker, parts, [maker.value, accuracy], 8)
    assert validation.shape == test.shape == (8, 2)
    assert (np.diff(validation[:, 0]) < 0).all()
    assert test[-1, 1] > 0.8


def test_summaries_compare_with_the_best_of_each_problem():
    found = [
        Outcome(data, "loss", name, 2.0 if name == "exact" else 1.0, 10.0)
        for data in ("a", "b")
        for name in CURVATURES
    ]
    lines = {one.curvature: one for one in summaries(found)}
    np.testing.assert_allclose([lines["exact"].excess, lines["exact"].worst], 1.0)
    assert lines["auto"].excess == 0.0
    assert summaries(found)[-1].curvature == "exact"


def test_every_curvature_is_tried():
    found = outcomes("lightgbm", data=["wine"], seeds=1, rounds=2, finished=silent)
    assert {one.curvature for one in found} == set(CURVATURES)
    assert {one.goal for one in found} == {goal.name for goal in goals()}


@pytest.mark.parametrize("words", [{"seeds": 0}, {"rounds": 0}])
def test_what_makes_no_sense_is_refused(words):
    with pytest.raises(ParameterError):
        list(own_losses("xgboost", **words))
