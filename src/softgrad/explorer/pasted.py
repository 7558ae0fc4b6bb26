"""Code that is pasted, with what the checker says of it: it runs confined, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

from softgrad.checking import Evidence, NamedReport, Report
from softgrad.checking.advice import advice_of
from softgrad.checking.findings import Matrices
from softgrad.errors import ParameterError
from softgrad.explorer.copied_code import plain_code
from softgrad.file_checking.confinement import Limits
from softgrad.file_checking.constructor import constructor_arguments
from softgrad.file_checking.messages import Answer, Request
from softgrad.file_checking.process import check_apart

SECONDS = 30.0
MOST_PRINTED = 10**6
LIMITS = Limits(memory=2 * 2**30, computing=2 * int(SECONDS), threads=64, answer=4 * 2**20)

#: So much of what is printed is shown.
_SHOWN = 10_000
#: Larger matrices are not drawn: a cell would be smaller than what can be pointed at.
_MOST_ROWS = 24
#: Of the largest entry: what formulas of two writings may differ by.
_ROUNDING = 1e-12
_FILE = "pasted.py"


class Pasted(NamedTuple):
    """What was pasted, and what the fields beside it say.

    Attributes:
        code: Python.
        name: of the function or class; "" for all that is recognised.
        derivative: its name; "" where it is recognised by that of the function.
        init: arguments of a class's constructor, such as `10, 5`; "" where they are guessed.
    """

    code: str
    name: str
    derivative: str
    init: str


class _TooMuchError(Exception):
    """More was printed than anybody reads."""


class _Printed:
    """What the code prints, up to a size."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._count = 0

    def __call__(self, part: bytes) -> None:
        """Take the next part."""
        self._kept += part[: max(0, _SHOWN - len(self._kept))]
        self._count += len(part)
        if self._count > MOST_PRINTED:
            raise _TooMuchError

    def __str__(self) -> str:
        end = f"\n(and {self._count - _SHOWN} bytes more)" if self._count > _SHOWN else ""
        return self._kept.decode(errors="replace") + end


def check_pasted(
    pasted: Pasted, *, seconds: float = SECONDS, is_wanted: Callable[[], bool] = lambda: True
) -> dict[str, Any]:
    """The reports on what was pasted, or why there are none, and what it printed.

    Args:
        pasted: what it is.
        seconds: the time limit.
        is_wanted: asked now and then whether anybody still waits for the answer.

    Raises:
        ParameterError: there is no code, or the constructor's arguments are none.
    """
    code = plain_code(pasted.code)
    if not code.strip():
        raise ParameterError("there is no code: paste a function and its derivative")
    init = constructor_arguments(pasted.init) if pasted.init.strip() else None
    names = (pasted.name.strip() or None, pasted.derivative.strip() or None)
    request = Request(
        *(_FILE, *names, "auto", "auto", 3, 5, 0, init),
        seconds=seconds,
        naming="in the fields under the code",
    )
    printed = _Printed()
    with TemporaryDirectory(prefix="softgrad-") as folder:
        Path(folder, _FILE).write_text(code, encoding="utf-8", errors="surrogatepass")
        try:
            answer = check_apart(
                request,
                seconds,
                printed,
                limits=LIMITS,
                folder=Path(folder),
                is_wanted=is_wanted,
            )
        except _TooMuchError:
            told = f"{_FILE} was ended, for it had printed more than {MOST_PRINTED:,} bytes"
            answer = Answer((), told)
    return {
        "refusal": answer.refusal,
        "reports": [_named(one) for one in answer.reports],
        "notes": list(answer.notes),
        "printed": str(printed),
    }


def _named(one: NamedReport) -> dict[str, Any]:
    return {
        "name": one.name,
        "function": one.function,
        "derivative": one.derivative,
        "line": one.line,
        "refusal": one.refusal,
        "report": None if one.report is None else _told(one.report),
    }


def _told(report: Report) -> dict[str, Any]:
    advice = advice_of(report.explanation)
    return {
        "verdict": report.verdict,
        "diagnosis": report.diagnosis,
        "qualification": report.qualification,
        "text": advice.text,
        "code": advice.code,
        "note": advice.note,
        "evidence": None if report.evidence is None else _entry(report.evidence),
        "matrices": None if report.matrices is None else _drawn(report.matrices),
    }


def _entry(evidence: Evidence) -> dict[str, Any]:
    return {name: getattr(evidence, name) for name in ("row", "i", "j", "theirs", "reference")}


def _drawn(matrices: Matrices) -> dict[str, Any] | None:
    """Both and their difference, which is 0 where only rounding is left."""
    theirs, reference = matrices.theirs, matrices.reference
    if max(theirs.shape) > _MOST_ROWS:
        return None
    with np.errstate(all="ignore"):
        difference = theirs - reference
        rounding = _ROUNDING * np.max(np.abs(reference), initial=0.0)
        difference = np.where(np.abs(difference) <= rounding, 0.0, difference)
    return {
        "row": matrices.row,
        "theirs": theirs,
        "reference": reference,
        "difference": difference,
    }
