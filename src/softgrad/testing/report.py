"""Which laws an entry keeps, and which it breaks, in words."""

from __future__ import annotations

import sysconfig
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import softgrad.errors
from softgrad.errors import SoftgradError

_LIBRARIES = tuple(str(Path(one).parent) for one in (softgrad.errors.__file__, np.__file__))
_STANDARD = sysconfig.get_path("stdlib")


class LawError(SoftgradError, AssertionError):
    """An activation or a loss breaks laws of the catalogue.

    Attributes:
        report: which ones, and which hold.
    """

    def __init__(self, report: Report) -> None:
        super().__init__(str(report))
        self.report = report


@dataclass(frozen=True, slots=True)
class Finding:
    """One law, tried at one entry.

    Attributes:
        law: in words, and after it what it was tried with (a dtype, a partner).
        function: what tries it, "activation_laws.the_value_is_the_definition".
        fault: what was got at which input, and what was expected; empty where the law holds.
    """

    law: str
    function: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What came out for one entry.

    Attributes:
        entry: the activation or loss.
        findings: each law, in the order in which they were tried.
        compared_with: what derivatives were compared with.
    """

    entry: Any
    findings: tuple[Finding, ...]
    compared_with: str

    @property
    def broken(self) -> tuple[Finding, ...]:
        """Those that do not hold."""
        return tuple(one for one in self.findings if one.fault)

    def __str__(self) -> str:
        tried = f"of {len(self.findings)} laws, compared with {self.compared_with}"
        if not self.broken:
            return f"{self.entry!r} keeps all {tried.removeprefix('of ')}"
        lines = [f"{self.entry!r} breaks {len(self.broken)} {tried}:"]
        for number, one in enumerate(self.broken, 1):
            lines += [f"{number}. {one.law}", f"   {one.fault}"]
        return "\n".join(lines)


def tried(function: Callable[..., None], note: str, *arguments: Any) -> Finding:
    """The finding of one law: what it raises is its fault, an error of the entry's own too."""
    law = (function.__doc__ or function.__name__).partition("\n")[0].rstrip(".")
    law = f"{law} ({note})" if note else law
    name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
    try:
        with np.errstate(all="ignore"):
            function(*arguments)
    except AssertionError as error:
        told = str(error) or f"an assertion fails{_place(error)}"
        return Finding(law, name, told)
    except Exception as error:
        told = f"raised {type(error).__name__}: {error}{_place(error)}"
        return Finding(law, name, told)
    return Finding(law, name)


def _place(error: Exception) -> str:
    """The last line that the error went through in the entry's own file, where it did."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [one for one in frames if _is_own(one.filename)]
    return f" (line {own[-1].lineno} of {own[-1].filename})" if own else ""


def _is_own(file: str) -> bool:
    """Whether no library's: what is installed beside the standard library may be an entry's."""
    standard = file.startswith(_STANDARD) and "-packages" not in file
    return not (standard or file.startswith((*_LIBRARIES, "<")) or "mpmath" in Path(file).parts)
