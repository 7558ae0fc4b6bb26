"""What a report's paragraph says to write instead, taken out of it for displays."""

from __future__ import annotations

from typing import NamedTuple


class Advice(NamedTuple):
    """A report's explanation in three parts.

    Attributes:
        text: what is wrong, and how it was seen.
        code: the lines to write instead, or "".
        note: what is said of the code in brackets, or "".
    """

    text: str
    code: str
    note: str


def advice_of(explanation: str) -> Advice:
    """The parts of `Report.explanation`."""
    told, _, line = explanation.partition(" Write instead: ")
    at = line.rfind(" (")
    has_note = line.endswith(".)") and at > 0
    code, note = (line[:at], line[at + 1 :]) if has_note else (line, "")
    return Advice(told, code.replace("; ", "\n"), note)
