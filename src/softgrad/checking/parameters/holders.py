"""Where a layer keeps its arrays: attributes, and dictionaries and lists among those."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from softgrad.checking.frameworks import Numbers
from softgrad.checking.pairing.names import is_derivative


@dataclass(frozen=True, slots=True)
class Place:
    """Where an array of floats, or one float, is kept.

    Attributes:
        name: the attribute's, or the key in a dictionary; with the table's, where that says more.
        holder: what has it: the object's attributes, a dictionary or a list.
        key: of it in there.
        within: the attribute that is that table; "" for the object itself.
        number: its place in the table.
    """

    name: str
    holder: Any
    key: str | int
    within: str = ""
    number: int = 0

    @property
    def array(self) -> Any:
        """What is there now; None where it is gone."""
        try:
            return self.holder[self.key]
        except (KeyError, IndexError):
            return None

    def is_gradient_of(self, other: Place) -> bool:
        """Whether both stand at one place of two tables, such as `params` and `grads`."""
        if not (self.within and other.within) or is_derivative(other.within):
            return False
        at_one_place = self.key == other.key or (
            isinstance(other.key, int) and self.number == other.number
        )
        alike = np.shape(self.array) == np.shape(other.array)
        return at_one_place and alike and is_derivative(self.within)


def arrays_in(layer: Any) -> Iterator[Place]:
    """All arrays of floats, and floats, that the object keeps, in tables of its own too."""
    attributes: dict[str, Any] = getattr(layer, "__dict__", {})
    for name, value in attributes.items():
        if is_numbers(value):
            yield Place(name, attributes, name)
        elif isinstance(value, dict):
            table = cast(dict[Any, Any], value)
            # A gradient may have the key of its array.
            told = name + "[{!r}]" if is_derivative(name) else "{}"
            for number, (key, one) in enumerate(table.items()):
                if is_numbers(one):
                    yield Place(told.format(key), table, key, name, number)
        elif isinstance(value, list):
            several = cast(list[Any], value)
            for number, one in enumerate(several):
                if is_numbers(one):
                    yield Place(f"{name}[{number}]", several, number, name, number)


def is_numbers(value: Any) -> bool:
    """Whether it is a float, or an array of floats."""
    if isinstance(value, float):
        return True
    if not isinstance(value, np.ndarray):
        return False
    array = cast(Numbers, value)
    return array.dtype.kind == "f" and array.size > 0
