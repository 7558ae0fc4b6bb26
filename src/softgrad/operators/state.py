"""What an operator is made of: for pickles, copies and comparisons, the same for every kind."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any, cast, final

from softgrad.arrays.namespaces import as_integer, is_known, namespace_of
from softgrad.errors import IndexRangeError


class MadeOfParts:
    """Pickled, copied and compared by its attributes; the namespace goes by its name."""

    @final
    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "xp": vars(self)["xp"].__name__}

    @final
    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update({**state, "xp": import_module(state["xp"])})

    @final
    def __eq__(self, other: object) -> bool:
        """Whether the other is of the same kind and made of the same numbers."""
        if not isinstance(other, MadeOfParts):
            return NotImplemented
        a, b = self.__getstate__(), other.__getstate__()
        return type(self) is type(other) and all(_same(a[name], b[name]) for name in a)


def _same(a: Any, b: Any) -> bool:
    """Whether two parts hold the same numbers; NaN is the same as NaN."""
    if type(a) is not type(b):
        return False
    if is_dataclass(a):
        return all(_same(getattr(a, one.name), getattr(b, one.name)) for one in fields(a))
    if isinstance(a, tuple):
        parts = cast("tuple[Any, ...]", a)
        return len(parts) == len(b) and all(map(_same, parts, b))
    if a is None or callable(a) or isinstance(a, MadeOfParts | str | float | int):
        return bool(a == b)
    if tuple(a.shape) != tuple(b.shape) or a.dtype != b.dtype:
        return False
    return is_known(namespace_of(a).all((a == b) | ((a != a) & (b != b))))


def checked_index(index: Any, n: int, argument: str) -> int:
    """An index 0..n-1, from one that may be counted from the end.

    Raises:
        InputTypeError: it is no integer.
        IndexRangeError: there are fewer entries.
    """
    position = as_integer(index, argument)
    if not -n <= position < n:
        raise IndexRangeError(
            f"{argument} {position} is out of range for {n} classes; expected {-n} to {n - 1}"
        )
    return position % n
