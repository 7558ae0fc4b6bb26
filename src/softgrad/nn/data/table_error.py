"""What is wrong with a table, and which argument mends it, however arguments are spelled."""

from __future__ import annotations

from collections.abc import Callable

from softgrad.errors import DataError


class TableError(DataError):
    """A file has no table that can be learned from; the message names line and column.

    Args:
        problem: what is wrong and, where an argument follows, a text that goes on with it.
        mends: at most one argument of `read_table`, with the column to name in it.
    """

    def __init__(self, problem: str, **mends: str) -> None:
        self.problem = problem
        self.mends = mends
        super().__init__(self.told(lambda argument, column: f"{argument}=({column!r},)"))

    def told(self, spelled: Callable[[str, str], str]) -> str:
        """The message, with the argument and its column spelled so."""
        return self.problem + "".join(spelled(*one) for one in self.mends.items())
