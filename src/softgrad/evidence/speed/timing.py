"""Best times of several calls that take turns."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from typing import TypeVar

Key = TypeVar("Key")

#: Threads that spin after their work, as OpenMP's do, have gone to sleep after so many seconds:
#: the next call in turn has all cores.
PAUSE = 0.003
#: A call is repeated until its turn has taken so many seconds. The first of a turn pays for the
#: caches that the others have filled with their own arrays; the best one does not.
TURN = 0.02
#: A call of more seconds than this is done once a turn: it is not short of samples of its own.
LONG = 0.1
FEWEST_TURNS = 2
FIRST_TURNS = 4
#: One that takes so many times as long as its fastest rival has no more turns: after the first few,
#: and after more.
BEATEN = {1: 4.0, 3: 1.5}


@dataclass(frozen=True, slots=True)
class Effort:
    """How much time a measurement may take.

    Attributes:
        repeats: how many turns each call has.
        patience: a call that has used so many seconds has no more turns after the second.
        budget: once all calls together have used so many seconds no turn begins, but for the
            first few, in which the slow ones drop out.
    """

    repeats: int
    patience: float
    budget: float = inf


def best_times(
    calls: Mapping[Key, Callable[[], object]],
    effort: Effort,
    *,
    rivals: Iterable[Collection[Key]] = (),
) -> dict[Key, float]:
    """The shortest time of each call in seconds; the calls have been warmed up by the caller.

    Args:
        calls: by what they are called in the result.
        effort: how much time may be taken.
        rivals: groups of which only the fastest counts. One that is much slower than the fastest
            of its group in the first turns has no more of them.
    """
    best = dict.fromkeys(calls, float("inf"))
    spent = dict.fromkeys(calls, 0.0)
    groups = [list(group) for group in rivals]
    with _no_collection():
        for turn in range(effort.repeats):
            if turn >= FIRST_TURNS and sum(spent.values()) >= effort.budget:
                break
            by = min((factor for turns, factor in BEATEN.items() if turn >= turns), default=inf)
            beaten = _beaten(best, groups, by)
            for key, call in calls.items():
                impatient = turn >= FEWEST_TURNS and spent[key] >= effort.patience
                if impatient or key in beaten:
                    continue
                time.sleep(PAUSE)
                shortest, used = _turn(call)
                best[key] = min(best[key], shortest)
                spent[key] += used
    return best


def _beaten(best: Mapping[Key, float], groups: Iterable[Collection[Key]], by: float) -> set[Key]:
    """Those that take so many times as long as the fastest of their group."""
    found: set[Key] = set()
    for group in groups:
        fastest = min((best[key] for key in group), default=0.0)
        found.update(key for key in group if best[key] > by * fastest)
    return found


def _turn(call: Callable[[], object]) -> tuple[float, float]:
    """The shortest time of a turn, and how long all of it took."""
    shortest, used = float("inf"), 0.0
    samples = 0
    while used < TURN or (samples == 1 and used < LONG):
        start = time.perf_counter()
        call()
        elapsed = time.perf_counter() - start
        shortest = min(shortest, elapsed)
        used += elapsed
        samples += 1
    return shortest, used


@contextmanager
def _no_collection() -> Generator[None]:
    """Keep the garbage collector from running in somebody's turn."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
