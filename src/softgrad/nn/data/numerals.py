"""Numbers as tables spell them: ASCII digits, one decimal mark, thousands only where asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from math import inf, isfinite, nan

from softgrad.errors import ParameterError

DECIMALS = (".", ",")
THOUSANDS = ("", ",", ".", " ", "'")
# Signs that every number of a column may have, before it or behind it.
UNITS = ("%", "$", "€", "£", "¥")
_MINUS = "\u2212"  # as typesetters write it
# A space between thousands is often one that no line is broken at.
_SPACES = "[ \u00a0\u202f]"


@dataclass(frozen=True)
class Numerals:
    """How numbers are spelled.

    Attributes:
        decimal: the mark before decimals, "." or ",".
        thousands: what stands between groups of three digits; none by default, since 5,123 is five
            thousand to some and five to others.
    """

    decimal: str = "."
    thousands: str = ""

    def __post_init__(self) -> None:
        if self.decimal not in DECIMALS:
            raise ParameterError(f"decimal is {self.decimal!r}; expected '.' or ','")
        if self.thousands not in THOUSANDS:
            known = ", ".join(repr(mark) for mark in THOUSANDS)
            raise ParameterError(f"thousands is {self.thousands!r}; expected one of {known}")
        if self.decimal == self.thousands:
            raise ParameterError(f"decimal and thousands are both {self.decimal!r}")

    @cached_property
    def _spelling(self) -> re.Pattern[str]:
        whole = "[0-9]+"
        if self.thousands:
            whole = f"(?:[1-9][0-9]{{0,2}}(?:{self._mark}[0-9]{{3}})+|{whole})"
        mark = re.escape(self.decimal)
        return re.compile(
            rf"[+-]?(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII
        )

    @property
    def _mark(self) -> str:
        return _SPACES if self.thousands == " " else re.escape(self.thousands)

    def number(self, cell: str) -> float:
        """The cell's number; infinite where it is too large, NaN where the cell is none."""
        cell = cell.replace(_MINUS, "-")
        if not self._spelling.fullmatch(cell):
            return inf if cell.lower().lstrip("+-") in ("inf", "infinity") else nan
        if self.thousands:
            cell = re.sub(self._mark, "", cell)
        return float(cell.replace(self.decimal, "."))

    def others(self) -> list[Numerals]:
        """Other ways to read what this one takes for text, each with one other mark."""
        grouped = [Numerals(self.decimal, mark) for mark in ",. '" if mark != self.decimal]
        other = "," if self.decimal == "." else "."
        return [one for one in (*grouped, Numerals(other)) if one != self]

    def all_numbers(self, cells: list[str]) -> bool:
        """Whether each cell is a finite number."""
        return all(isfinite(self.number(cell)) for cell in cells)


def without_unit(cell: str, unit: str) -> str:
    """What a cell has beside its one sign of a unit; nothing where it has none."""
    minus, rest = (cell[0], cell[1:]) if cell[:1] in ("-", "+", _MINUS) else ("", cell)
    if not rest.startswith(unit) and not rest.endswith(unit):
        return ""
    rest = rest.removeprefix(unit) if rest.startswith(unit) else rest.removesuffix(unit)
    return minus + rest.strip(" \t\u00a0")


def unit_of(cells: list[str]) -> str:
    """The sign that each of these numbers has, or nothing."""
    units = (unit for unit in UNITS if all(without_unit(cell, unit) for cell in cells))
    return next(units, "") if cells else ""
