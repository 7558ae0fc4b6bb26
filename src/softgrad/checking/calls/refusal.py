"""What is said where no call fits: what was tried, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from softgrad.checking.calls.signature import name_of, parameters_of
from softgrad.checking.calls.trial import Failure, Fit
from softgrad.errors import ParameterError

_MOST = 6
_LONGEST = 110


def refusal(derivative: Any, tried: Sequence[Fit | Failure]) -> ParameterError:
    """The error for a derivative that nobody knows how to call."""
    name = name_of(derivative)
    needed = parameters_of(derivative).needed
    unknown = sorted({n for t in tried for n in t.call.asks_for}) or list(needed)
    lines = list(dict.fromkeys(f"{t.told}: {_outcome(t)}" for t in tried))
    more = f", and {len(lines) - _MOST} more" if len(lines) > _MOST else ""
    told = "; ".join(lines[:_MOST]) or "nothing, for no call has so many arguments"
    return ParameterError(
        f"no call of {name}({', '.join(needed)}) fits. Tried {told}{more}. Say form= and "
        f"argument=, or fix by functools.partial what is no input, output or upstream gradient "
        f"({', '.join(unknown) or 'none'})"
    )


def _outcome(tried: Fit | Failure) -> str:
    if isinstance(tried, Fit):
        return "other numbers"
    text = " ".join(tried.text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
