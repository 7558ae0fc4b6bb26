"""Which of many names are functions with their derivatives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from softgrad.checking.pairing.names import OWNERS, is_derivative, likeness, rank


class Match(NamedTuple):
    """The names of a function and its derivative, and how well they go together (of 100)."""

    function: str
    derivative: str
    nearness: int


def matches(names: Iterable[str], owner: str = "", others: Iterable[str] = ()) -> list[Match]:
    """A function for each name that is a derivative's, in the order of the derivatives.

    Args:
        names: of what may be either.
        owner: the name of the class that they are in; "" for those of a file.
        others: names of what may be a function alone.
    """
    known = list(names)
    functions = [*known, *(one for one in others if one not in known)]
    found: list[Match] = []
    for derivative in known:
        fits = [Match(one, derivative, likeness(one, derivative, owner)) for one in functions]
        fits = [one for one in fits if one.nearness and not _is_one_itself(one)]
        if fits:
            found.append(min(fits, key=lambda one: (-one.nearness, rank(one[0], one[1]))))
    if not found and owner:
        found = _only_two(known)
    taken = {one.function for one in found if one.nearness > OWNERS}
    return [one for one in found if one.derivative not in taken]


def _is_one_itself(match: Match) -> bool:
    """Whether the "function" is a derivative by its own name, and not this one's by letter."""
    return is_derivative(match.function) and match.nearness < 100


def _only_two(names: list[str]) -> list[Match]:
    """In a class of one function and one derivative the two belong together."""
    public = [one for one in names if not one.startswith("_") or one == "__call__"]
    derivatives = [one for one in public if is_derivative(one)]
    functions = [one for one in public if one not in derivatives]
    if len(derivatives) == len(functions) == 1 and _says_nothing_else(derivatives[0]):
        return [Match(functions[0], derivatives[0], OWNERS)]
    return []


def _says_nothing_else(derivative: str) -> bool:
    return likeness("forward", derivative) > 0 or likeness("loss", derivative) > 0
