from __future__ import annotations

import pytest

from softgrad.boosting import CURVATURES
from softgrad.evidence.experiments.boosting_losses import goals


def test_the_three_tables_are_drawn(command, monkeypatch):
    monkeypatch.setattr("softgrad.cli.boost.FAST_ROUNDS", 2)  # about the command, not the result
    done = command("boost", "--fast", "--library", "lightgbm")
    assert done.code == 0, done.err
    assert all(name in done.out for name in CURVATURES)
    assert all(goal.name in done.out for goal in goals())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("trees",), "losses"),
        (("--library", "catboost"), "xgboost"),
        (("--seeds", "0"), "--seeds"),
        (("--rounds", "0"), "--rounds"),
    ],
)
def test_what_cannot_be_done_is_refused(command, words, message):
    assert message in command("boost", *words).refused
