"""How large the made-up arrays are, and of what kind."""

from __future__ import annotations

from types import ModuleType
from typing import Any, NamedTuple

from softgrad.checking.frameworks import WITH_DERIVATIVES


class Sample(NamedTuple):
    """What is made up for a pair that is given no point.

    Attributes:
        rows: of a batch.
        entries: of a row.
        seed: of the numbers.
        frameworks: whose arrays the code may want in place of NumPy's.
    """

    rows: int = 3
    entries: int = 5
    seed: int = 0
    frameworks: tuple[str, ...] = ()


def frameworks_named(code: Any) -> tuple[str, ...]:
    """The frameworks that a function's, or a class's, file has imported."""
    function = code
    if isinstance(code, type) or not hasattr(code, "__globals__"):
        kind = code if isinstance(code, type) else type(code)
        routines = [getattr(one, "__func__", one) for one in vars(kind).values()]
        function = next((one for one in routines if hasattr(one, "__globals__")), None)
    names: dict[str, Any] = getattr(function, "__globals__", {})
    homes = [
        (value.__name__ if isinstance(value, ModuleType) else "").partition(".")[0]
        for value in names.values()
    ]
    return tuple(dict.fromkeys(one for one in homes if one in WITH_DERIVATIVES))
