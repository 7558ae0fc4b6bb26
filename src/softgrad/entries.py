"""A table from names to classes: the catalogue's own, and those from outside the package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TypeVar, final

T = TypeVar("T")


@final
class Entries(Mapping[str, type[T]]):
    """A name of the catalogue to its class; a file is read when its name is first asked for.

    The eighty files together take longer to import than NumPy, and most programs want two.
    """

    def __init__(self, room: str, classes: Mapping[str, str]) -> None:
        self._room = room
        self._classes = classes
        self._outside: dict[str, type[T]] = {}

    def __getitem__(self, name: str) -> type[T]:
        if name in self._outside:
            return self._outside[name]
        class_name = self._classes[name]
        kind: type[T] = getattr(import_module(f"softgrad.{self._room}.{name}"), class_name)
        return kind

    def __contains__(self, name: object) -> bool:
        return name in self._classes or name in self._outside

    def __iter__(self) -> Iterator[str]:
        return iter((*self._classes, *self._outside))

    def __len__(self) -> int:
        return len(self._classes) + len(self._outside)

    def add(self, name: str, kind: type[T]) -> None:
        """A class from outside the package, under a name that is none of the catalogue's own."""
        self._outside[name] = kind

    def remove(self, name: str) -> bool:
        """Take such a name back; whether there was one."""
        return self._outside.pop(name, None) is not None

    def is_outside(self, name: str) -> bool:
        """Whether the name was given to a class from outside the package."""
        return name in self._outside

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the catalogue's own classes, in its order."""
        return tuple(self._classes.values())

    def called(self, name: str) -> type[T] | T | None:
        """The ready-made object of a snake_case name, the class of a class name, or None."""
        if name in self._classes:
            return self[name]()
        found = next((entry for entry, kind in self._classes.items() if kind == name), None)
        return None if found is None else self[found]
