"""What parsed JSON must look like: a reading is a function that checks a value and returns it.

A schema is made of readings; each is given the value and the place where it stands, and raises
`StorageError` with that place, what came and what was expected:

    PERSON = record({"name": text, "age": whole(low=0)})
    PERSON(parse_json(...), "person")     # "person.age is -1; expected a whole number >= 0"
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Mapping
from math import inf
from typing import Any, NoReturn, TypeAlias, cast

from softgrad.errors import StorageError

Reading: TypeAlias = Callable[[Any, str], Any]

_LARGEST = 1.7976931348623157e308


def misfit(value: Any, where: str, expected: str) -> NoReturn:
    """Raise for a value that is not what was expected."""
    try:
        shown = reprlib.repr(value)
    except ValueError:  # a whole number of too many digits
        shown = f"a huge {type(value).__name__}"
    raise StorageError(f"{where} is {shown}; expected {expected}")


def anything(value: Any, where: str) -> Any:
    """Whatever it is."""
    return value


def text(value: Any, where: str) -> str:
    """A string."""
    return value if isinstance(value, str) else misfit(value, where, "a text")


def flag(value: Any, where: str) -> bool:
    """True or false."""
    return value if isinstance(value, bool) else misfit(value, where, "true or false")


def whole(*, low: float = -inf, below: float = inf) -> Reading:
    """An integer with low <= integer < below."""
    span = _span(low, below)

    def read(value: Any, where: str) -> int:
        fine = isinstance(value, int) and not isinstance(value, bool)
        return (
            value
            if fine and low <= value < below
            else misfit(value, where, f"a whole number{span}")
        )

    return read


def number(*, low: float = -inf, below: float = inf) -> Reading:
    """A finite number with low <= number < below."""
    span = _span(low, below)

    def read(value: Any, where: str) -> float:
        fine = isinstance(value, int | float) and not isinstance(value, bool)
        if not (fine and -_LARGEST <= value <= _LARGEST and low <= value < below):
            misfit(value, where, f"a finite number{span}")
        return value

    return read


def _span(low: float, below: float) -> str:
    ends = (f">= {low:g}" if low > -inf else "", f"< {below:g}" if below < inf else "")
    return "".join(f" {end}" for end in (" and ".join(filter(None, ends)),) if end)


def any_number(value: Any, where: str) -> float:
    """A number, infinities and NaN included."""
    fine = isinstance(value, int | float) and not isinstance(value, bool)
    return value if fine else misfit(value, where, "a number")


def one_of(*values: str | None) -> Reading:
    """One of these."""
    expected = " or ".join("null" if value is None else repr(value) for value in values)

    def read(value: Any, where: str) -> Any:
        known = (value is None or isinstance(value, str)) and value in values
        return value if known else misfit(value, where, expected)

    return read


def optional(reading: Reading) -> Reading:
    """None, or what the reading takes."""
    return lambda value, where: None if value is None else reading(value, where)


def list_of(reading: Reading, *, least: int = 0, most: float = inf) -> Reading:
    """A list of at least `least` and at most `most` items."""

    def read(value: Any, where: str) -> list[Any]:
        items = cast(
            "list[Any]", value if isinstance(value, list) else misfit(value, where, "a list")
        )
        if not least <= len(items) <= most:
            ends = f"at least {least}" if most == inf else f"{least} to {most}"
            raise StorageError(f"{where} has {len(items)} items; expected {ends}")
        return [reading(item, f"{where}[{place}]") for place, item in enumerate(items)]

    return read


def pair(first: Reading, second: Reading) -> Reading:
    """A list of two."""

    def read(value: Any, where: str) -> tuple[Any, Any]:
        a, b = list_of(anything, least=2, most=2)(value, where)
        return first(a, f"{where}[0]"), second(b, f"{where}[1]")

    return read


def record(
    required: Mapping[str, Reading], may_have: Mapping[str, Reading] | None = None
) -> Reading:
    """An object with all names of `required`, and no others than those and `may_have`."""
    known = {**required, **(may_have or {})}

    def read(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            misfit(value, where, "an object")
        content = cast("dict[str, Any]", value)
        for name in required:
            if name not in content:
                raise StorageError(f"{where} has no {name!r}")
        for name in content:
            if name not in known:
                raise StorageError(f"{where} has a {reprlib.repr(name)} that is not known")
        return {name: known[name](one, f"{where}.{name}") for name, one in content.items()}

    return read


def table_of(reading: Reading) -> Reading:
    """An object of any names."""

    def read(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            misfit(value, where, "an object")
        content = cast("dict[str, Any]", value)
        return {name: reading(one, f"{where}.{name[:80]}") for name, one in content.items()}

    return read
