from __future__ import annotations

import pytest

from softgrad.evidence.speed.goals import Times

# softgrad takes 2 s; the best peer 5 s.
TIMES = Times(own=2.0, peers={"a": 8.0, "b": 5.0}, copy=1.5)
ALONE = Times(own=2.0, peers={}, copy=1.5)


def test_the_best_peer_is_the_fastest():
    assert (TIMES.best_peer, TIMES.ratio, TIMES.share_of_copy) == ("b", 2.5, 0.75)
    assert (ALONE.best_peer, ALONE.ratio) == (None, None)


@pytest.mark.parametrize(("goal", "met"), [(2.5, True), (2.6, False)])
def test_a_goal_is_judged_by_the_ratio(goal, met):
    assert TIMES.reaches(goal) is met
    assert ALONE.reaches(goal) is None
