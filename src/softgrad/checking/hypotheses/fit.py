"""What a hypothesis comes back with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from softgrad.checking.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A hypothesis that was tried.

    Attributes:
        code: of the catalogue, such as "diagonal-only".
        residual: what it leaves unexplained: the norm of the difference between their derivative
            and what the mistake would give, relative to theirs; the largest over all points.
        parameters: what was fitted or found (a factor, an axis, a step), by name.
        of_entries: whether it explains entries of the matrix; others, how rows and vectors are
            treated where all entries may be right.
        what: what is wrong, in a sentence.
        seen: how that was seen.
        formula: the right formula, in a line of mathematics.
        instead: the line of code to write instead, for NumPy.
    """

    code: str
    residual: float
    what: str
    seen: str
    formula: str = ""
    instead: str = ""
    parameters: Mapping[str, float | int | str] = field(default_factory=dict[str, Any])
    of_entries: bool = True


#: A hypothesis tries itself on a case: no, one or more fits. The residual decides, whatever it is.
Hypothesis = Callable[[Case], Iterator[Fit]]
