"""What softgrad asks of itself, as ratios of times that were taken in the same run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from softgrad.evidence.speed.task import Task

OWN = "softgrad"


@dataclass(frozen=True, slots=True)
class Times:
    """The best times of one work, in seconds.

    Attributes:
        own: softgrad's.
        peers: by name of the peer; its fastest form each.
        copy: of a streaming copy that reads and writes as many bytes as the work.
        companions: softgrad's own for other tasks of the same shape.
    """

    own: float
    peers: dict[str, float]
    copy: float
    companions: dict[Task, float]

    @property
    def best_peer(self) -> str | None:
        """The name of the fastest peer, or None where none was timed."""
        return min(self.peers, key=self.peers.__getitem__, default=None)

    @property
    def ratio(self) -> float | None:
        """How many times faster softgrad is than the fastest peer."""
        best = self.best_peer
        return None if best is None else self.peers[best] / self.own

    @property
    def share_of_copy(self) -> float:
        """The part of the streaming copy's speed that softgrad reaches; 1 is as fast."""
        return self.copy / self.own


@dataclass(frozen=True, slots=True)
class Verdict:
    """A goal after a measurement.

    Attributes:
        goal: in words.
        reached: the number that the goal is about, or None where it could not be measured.
        met: whether it is reached, or None.
    """

    goal: str
    reached: float | None
    met: bool | None


class Goal(Protocol):
    """A goal of one work."""

    def judge(self, times: Times, /) -> Verdict:
        """Compare what was measured with the goal."""
        ...


@dataclass(frozen=True, slots=True)
class FasterThanBest:
    """At least so many times as fast as the fastest peer."""

    factor: float

    def judge(self, times: Times, /) -> Verdict:
        """By the ratio of times."""
        return _at_least(f"{self.factor:g}x the best", times.ratio, self.factor)


@dataclass(frozen=True, slots=True)
class FasterThan:
    """At least so many times as fast as one peer."""

    peer: str
    factor: float

    def judge(self, times: Times, /) -> Verdict:
        """By the ratio of times."""
        theirs = times.peers.get(self.peer)
        reached = None if theirs is None else theirs / times.own
        return _at_least(f"{self.factor:g}x {self.peer}", reached, self.factor)


@dataclass(frozen=True, slots=True)
class ShareOfCopy:
    """At least this part of the speed of a streaming copy."""

    share: float

    def judge(self, times: Times, /) -> Verdict:
        """By the ratio of times."""
        return _at_least(f"{self.share:g} of copy", times.share_of_copy, self.share)


@dataclass(frozen=True, slots=True)
class Within:
    """At most so many times as long as softgrad itself needs for another task, same shape."""

    companion: Task
    factor: float

    def judge(self, times: Times, /) -> Verdict:
        """By the ratio of times."""
        other = times.companions.get(self.companion)
        reached = None if other is None else times.own / other
        goal = f"within {self.factor:g}x of {self.companion.loss}"
        return Verdict(goal, reached, None if reached is None else reached <= self.factor)


def _at_least(goal: str, reached: float | None, wanted: float) -> Verdict:
    return Verdict(goal, reached, None if reached is None else reached >= wanted)
