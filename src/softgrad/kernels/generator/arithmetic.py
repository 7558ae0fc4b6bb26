"""In which numbers a function computes, and how their types and constants are written in C++."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isnan
from typing import Final

_PACKS: Final = {"number": "double", "flag": "bool", "entry": "Pack", "mask": "Mask"}
_WIDES: Final = {"number": "float", "flag": "bool", "entry": "V", "mask": "auto"}


@dataclass(frozen=True)
class Arithmetic:
    """Packs of doubles, or some wide floats at once.

    Attributes:
        types: by the kind of a node.
        every: 0 for every entry, and a pattern of another number.
        suffix: of constants.
        brief: whether results are stored in float32 or less.
        fuses: whether products and sums are one operation where they can be.
    """

    types: Mapping[str, str]
    every: tuple[str, str]
    suffix: str
    brief: bool
    fuses: bool

    def literal(self, value: float | bool) -> str:
        """A constant; in brackets, where a sign stands before it."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isnan(value):
            return "not_a_number"
        if value in (inf, -inf):
            return "infinity" if value > 0 else "(-infinity)"
        text = f"{value!r}{self.suffix}"
        return f"({text})" if text.startswith("-") else text


PRECISE: Final = Arithmetic(_PACKS, ("Pack{}", "splat({0})"), "", brief=False, fuses=True)
BRIEF: Final = Arithmetic(_PACKS, ("Pack{}", "splat({0})"), "", brief=True, fuses=True)
# As the definition computes float32: it rounds each product.
FLOATS: Final = Arithmetic(_WIDES, ("V::of(0.0f)", "V::of({0})"), "f", brief=True, fuses=False)
