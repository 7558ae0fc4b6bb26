from __future__ import annotations

import gc

import pytest

from softgrad.evidence.speed import timing
from softgrad.evidence.speed.timing import Effort, best_times


class Clock:
    """Time that passes only when somebody works or sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(timing, "time", made)
    return made


class Worker:
    """A call that takes these times, the last of them again and again."""

    def __init__(self, clock: Clock, *seconds: float) -> None:
        self.clock, self.seconds, self.calls = clock, list(seconds), 0

    def __call__(self) -> None:
        self.clock.now += self.seconds[min(self.calls, len(self.seconds) - 1)]
        self.calls += 1


def test_the_best_time_counts(clock):
    workers = {"a": Worker(clock, 3.0, 1.0, 2.0), "b": Worker(clock, 4.0, 6.0, 5.0)}
    assert best_times(workers, Effort(3, 100.0)) == {"a": 1.0, "b": 4.0}
    assert [worker.calls for worker in workers.values()] == [3, 3]


def test_a_short_call_is_repeated_within_its_turn(clock):
    worker = Worker(clock, 1.0, 0.001)
    assert best_times({"short": worker}, Effort(2, 100.0)) == {"short": pytest.approx(0.001)}
    assert worker.calls >= 10


def test_patience_ends_after_two_turns(clock):
    slow, fast = Worker(clock, 1.0), Worker(clock, 0.2)
    best_times({"slow": slow, "fast": fast}, Effort(10, 1.5))
    assert (slow.calls, fast.calls) == (2, 8)


def test_a_budget_ends_all_turns_after_the_first(clock):
    workers = {"a": Worker(clock, 1.0), "b": Worker(clock, 2.0)}
    best_times(workers, Effort(20, 1e9, budget=18.0))
    assert {worker.calls for worker in workers.values()} == {6}
    best_times(workers, Effort(20, 1e9, budget=0.0))
    assert {worker.calls for worker in workers.values()} == {6 + timing.FIRST_TURNS}


def test_what_is_far_behind_its_rivals_has_no_more_turns(clock):
    workers = {
        "fast": Worker(clock, 1.0),
        "slow": Worker(clock, 2.0),
        "far": Worker(clock, 5.0),
        "own": Worker(clock, 9.0),
    }
    best = best_times(workers, Effort(10, 1e9), rivals=[("fast", "slow", "far")])
    assert best == pytest.approx({"fast": 1.0, "slow": 2.0, "far": 5.0, "own": 9.0})
    assert {name: worker.calls for name, worker in workers.items()} == {
        "fast": 10,
        "slow": 3,
        "far": 1,
        "own": 10,
    }


def test_garbage_is_not_collected_in_somebodys_turn_and_is_afterwards(clock):
    seen: list[bool] = []

    def work() -> None:
        clock.now += 1.0
        seen.append(gc.isenabled())

    best_times({"work": work}, Effort(2, 100.0))
    assert seen == [False, False]
    assert gc.isenabled()
