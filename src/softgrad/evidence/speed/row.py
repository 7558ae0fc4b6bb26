"""One row of the table, after it was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from softgrad.evidence.speed.goals import OWN, Times
from softgrad.evidence.speed.works import Work


@dataclass(frozen=True, slots=True)
class Row:
    """A work and what came out.

    Attributes:
        work: what was measured.
        traffic: how many bytes it must read and write at the least.
        times: best times.
        forms: how each peer's fastest form is called, where it has several.
        left_out: why something was not timed, by the name of the peer and its form.
        path: which way softgrad went, where it can tell.
        ulp: the largest error of softgrad's results at a sample of rows, in units in the last
            place of the size of their terms; None where nothing here says the truth.
    """

    work: Work
    traffic: int
    times: Times
    forms: dict[str, str]
    left_out: dict[str, str]
    path: str
    ulp: float | None

    @property
    def seconds(self) -> dict[str, float]:
        """Best times by library, softgrad first."""
        return {OWN: self.times.own, **self.times.peers}

    @property
    def met(self) -> bool | None:
        """Whether the work's goal is reached, or None where there was no peer."""
        return self.times.reaches(self.work.goal)

    def as_data(self) -> dict[str, Any]:
        """The row as numbers and text, for JSON: times in seconds, traffic in bytes."""
        work, times = self.work, self.times
        return {
            "name": work.name,
            "work": work.title,
            "shape": list(work.shape),
            "dtype": work.dtype,
            "order": work.order,
            "seconds": self.seconds,
            "forms": self.forms,
            "best_peer": times.best_peer,
            "ratio": times.ratio,
            "bytes": self.traffic,
            "copy_seconds": times.copy,
            "share_of_copy": times.share_of_copy,
            "goal": work.goal,
            "met": self.met,
            "left_out": self.left_out,
            "path": self.path,
            "ulp": self.ulp,
        }
