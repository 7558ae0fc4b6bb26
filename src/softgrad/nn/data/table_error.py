"""What is wrong with a table, and which argument mends it, however arguments are spelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from softgrad.errors import DataError


class Mend(NamedTuple):
    """An argument of `read_table`, and what to give it: for a column's name, a tuple of it."""

    argument: str
    value: str | bool

    def in_python(self) -> str:
        """As a call has it."""
        names_column = self.argument in ("drop", "categorical")
        return f"{self.argument}=({self.value!r},)" if names_column else "=".join(self._texts())

    def _texts(self) -> tuple[str, str]:
        return self.argument, repr(self.value)


class TableError(DataError):
    """A file has no table that can be learned from; the message names line and column.

    Args:
        parts: the message, and in their places in it the arguments that mend what is wrong.
    """

    def __init__(self, *parts: str | Mend) -> None:
        self.parts = parts
        super().__init__(self.told(Mend.in_python))

    def told(self, spelled: Callable[[Mend], str]) -> str:
        """The message, with its arguments spelled so."""
        return "".join(spelled(one) if isinstance(one, Mend) else one for one in self.parts)
