from __future__ import annotations

import pytest

from softgrad.evidence.speed.goals import FasterThan, FasterThanBest, ShareOfCopy, Times, Within
from softgrad.evidence.speed.works import CROSS_ENTROPY

# softgrad takes 2 s; the best peer 5 s.
TIMES = Times(own=2.0, peers={"a": 8.0, "b": 5.0}, copy=1.5, companions={CROSS_ENTROPY: 1.25})
ALONE = Times(own=2.0, peers={}, copy=1.5, companions={})


def test_the_best_peer_is_the_fastest():
    assert (TIMES.best_peer, TIMES.ratio, TIMES.share_of_copy) == ("b", 2.5, 0.75)
    assert (ALONE.best_peer, ALONE.ratio) == (None, None)


@pytest.mark.parametrize(
    ("goal", "reached", "met"),
    [
        (FasterThanBest(2.5), 2.5, True),
        (FasterThanBest(2.6), 2.5, False),
        (FasterThan("a", 4.0), 4.0, True),
        (FasterThan("a", 4.5), 4.0, False),
        (FasterThan("c", 1.0), None, None),
        (ShareOfCopy(0.75), 0.75, True),
        (ShareOfCopy(0.8), 0.75, False),
        (Within(CROSS_ENTROPY, 1.6), 1.6, True),
        (Within(CROSS_ENTROPY, 1.5), 1.6, False),
    ],
)
def test_a_goal_is_judged_by_ratios(goal, reached, met):
    verdict = goal.judge(TIMES)
    assert (verdict.reached, verdict.met) == (reached, met)


@pytest.mark.parametrize("goal", [FasterThanBest(2.0), Within(CROSS_ENTROPY, 1.5)])
def test_what_was_not_measured_is_neither_met_nor_missed(goal):
    verdict = goal.judge(ALONE)
    assert (verdict.reached, verdict.met) == (None, None)
