"""Where a layer keeps its arrays: attributes, and dictionaries among those."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from softgrad.checking.frameworks import Numbers


@dataclass(frozen=True, slots=True)
class Place:
    """Where an array of floats is kept.

    Attributes:
        name: the attribute's, or the key in a dictionary.
        holder: the dictionary that has it: that of the object's attributes, or another.
    """

    name: str
    holder: dict[str, Any]

    @property
    def array(self) -> Any:
        """What is there now; None where it is gone."""
        return self.holder.get(self.name)


def arrays_in(layer: Any) -> Iterator[Place]:
    """All arrays of floats that the object keeps, in dictionaries of its own too."""
    attributes: dict[str, Any] = getattr(layer, "__dict__", {})
    for name, value in attributes.items():
        if _is_array(value):
            yield Place(name, attributes)
        elif isinstance(value, dict):
            table = cast(dict[str, Any], value)
            yield from (Place(key, table) for key, one in table.items() if _is_array(one))


def _is_array(value: Any) -> bool:
    if not isinstance(value, np.ndarray):
        return False
    array = cast(Numbers, value)
    return array.dtype.kind == "f" and array.size > 0
