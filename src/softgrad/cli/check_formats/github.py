"""Annotations of GitHub's workflow log: what is wrong stands beside the line that it is about.

"Workflow commands for GitHub Actions", GitHub's documentation.
"""

from __future__ import annotations

from collections.abc import Iterable

from softgrad.cli.check_formats.outcome import Outcome

_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def github(outcomes: Iterable[Outcome]) -> str:
    """One line each."""
    return "\n".join(_line(one) for one in outcomes)


def _line(one: Outcome) -> str:
    place = {"file": one.path, "line": str(max(one.line, 1)), "title": f"softgrad: {one.rule}"}
    told = ",".join(f"{name}={_property(value)}" for name, value in place.items())
    return f"::{_LEVELS[one.level]} {told}::{_message(one.text)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
