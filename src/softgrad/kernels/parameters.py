"""Which entries of the catalogue the kernels have, and how their hyper-parameters are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, fields
from operator import attrgetter
from typing import Any


def is_of_catalogue(kind: type, room: str) -> bool:
    """Whether a class is the catalogue's own, not somebody's of the same name."""
    return kind.__module__.startswith(f"softgrad.{room}.")


def fields_of_stages(kind: type) -> list[Field[Any]]:
    """The hyper-parameters that the stages of a class read, in order.

    What is None unless it is given (noise, weights of sides) is nothing that a stage reads.
    """
    return [field for field in fields(kind) if field.default is not None]


def reader_of_parameters(kind: type) -> Callable[[Any], tuple[float, ...]]:
    """A function from an entry of the catalogue to what `fields_of_stages` names."""
    names = [field.name for field in fields_of_stages(kind)]
    if not names:
        return lambda _: ()
    if len(names) == 1:
        read = attrgetter(names[0])
        return lambda entry: (read(entry),)
    return attrgetter(*names)
