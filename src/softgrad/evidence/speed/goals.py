"""What softgrad asks of itself: to be so many times as fast as the best peer of the same run."""

from __future__ import annotations

from dataclasses import dataclass

OWN = "softgrad"


@dataclass(frozen=True, slots=True)
class Times:
    """The best times of one work, in seconds.

    Attributes:
        own: softgrad's.
        peers: by name of the peer; its fastest form each.
        copy: of a streaming copy that reads and writes as many bytes as the work.
    """

    own: float
    peers: dict[str, float]
    copy: float

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

    def reaches(self, goal: float) -> bool | None:
        """Whether softgrad is so many times as fast as the best peer; None without any peer."""
        return None if self.ratio is None else self.ratio >= goal
