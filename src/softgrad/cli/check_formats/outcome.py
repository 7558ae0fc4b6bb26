"""What became of one derivative in a file."""

from __future__ import annotations

from typing import Literal, NamedTuple

from softgrad.checking import Report

#: note     right
#: error    wrong
#: warning  nothing can be said, or it could not be run
Level = Literal["note", "error", "warning"]


class Outcome(NamedTuple):
    """A pair of a file, and what was found out about it.

    Attributes:
        path: of the file.
        line: where the derivative begins, from 1; 0 where nobody knows.
        name: of the pair.
        report: None where it could not be run.
        refusal: why it could not be run; "" where it was.
    """

    path: str
    line: int
    name: str
    report: Report | None
    refusal: str = ""

    @property
    def level(self) -> Level:
        """How bad it is."""
        if self.report is None or self.report.verdict == "inconclusive":
            return "warning"
        return "error" if self.report.verdict == "wrong" else "note"

    @property
    def rule(self) -> str:
        """The code of the mistake, or what else became of it."""
        if self.report is None:
            return "not-run"
        return self.report.diagnosis or self.report.verdict

    @property
    def text(self) -> str:
        """All of it, in a paragraph."""
        return f"{self.name}: {self.refusal if self.report is None else self.report}"
