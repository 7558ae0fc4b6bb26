"""What a check found out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from typing import Any, cast

from softgrad.checking.findings import Candidate, Evidence, Matrices, Verdict
from softgrad.displays import Displayed


@dataclass(frozen=True, slots=True)
class Report(Displayed):
    """The result of `softgrad.check`.

    Attributes:
        verdict: "correct", "wrong" or "inconclusive".
        diagnosis: a code of the catalogue, "unknown", or None when correct.
        candidates: every hypothesis that was tried, best first.
        explanation: a paragraph: what is wrong, how it was seen, the right formula, and the line to
            write instead.
        evidence: the entry with the largest error; None where nothing could be compared.
        matrices: both derivatives where they are furthest apart; None where they were not written
            out. They are not part of the JSON.
        qualification: what limits a "correct", such as "as a function of the output"; None where
            nothing does.
    """

    verdict: Verdict
    diagnosis: str | None
    candidates: tuple[Candidate, ...]
    explanation: str
    evidence: Evidence | None
    matrices: Matrices | None = field(default=None, repr=False, compare=False)
    qualification: str | None = field(default=None, kw_only=True)

    def __bool__(self) -> bool:
        """Whether the derivative is correct."""
        return self.verdict == "correct"

    def __str__(self) -> str:
        name = f" ({self.diagnosis})" if self.diagnosis else ""
        limit = f", {self.qualification}" if self.qualification else ""
        return f"{self.verdict}{name}{limit}: {self.explanation}"

    def to_json(self) -> str:
        """All of it as JSON; numbers that are none as null."""
        told = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "matrices"}
        told["candidates"] = [asdict(candidate) for candidate in self.candidates]
        told["evidence"] = None if self.evidence is None else asdict(self.evidence)
        return json.dumps(_plain(told), indent=2)

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        """For `rich.print(report)` and the command line: a screen at most."""
        yield from self._laid_out(verbose=False)

    def in_full(self) -> Any:
        """For Rich: the same with the numbers and with all hypotheses that were tried."""
        from rich.console import Group

        return Group(*self._laid_out(verbose=True))

    def _laid_out(self, *, verbose: bool) -> Iterator[Any]:
        from softgrad.checking.report_layout import Told, layout

        return layout(Told(*(getattr(self, name) for name in Told._fields)), verbose=verbose)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in cast(dict[Any, Any], value).items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast(list[Any], value)]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value
