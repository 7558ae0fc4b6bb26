"""Tables of functions: `{"relu": (f, df)}`, `{"relu": {"f": ..., "df": ...}}`, two of one kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from softgrad.checking.pairing.matching import matches
from softgrad.checking.pairing.members import is_function
from softgrad.checking.pairing.names import is_derivative, likeness
from softgrad.checking.pairing.pair import Pair


def is_table(value: Any) -> bool:
    """Whether it is a dict or tuple that holds functions, or dicts or tuples of those."""
    inner = _inner(value)
    return bool(inner) and any(is_function(one) or _is_pair(one) for one in inner)


def pairs_of_table(table: Any, name: str, names: Mapping[str, Any]) -> list[Pair]:
    """The pairs in a table, and with the table of derivatives that stands among the names."""
    if not isinstance(table, Mapping):
        pair = _pair_of(table, name)
        return [] if pair is None else [pair]
    found: list[Pair] = []
    entries = {str(key): value for key, value in cast(Mapping[Any, Any], table).items()}
    for key, value in entries.items():
        pair = _pair_of(value, f"{name}[{key!r}]")
        if pair is not None:
            found.append(pair)
    if found:
        return found
    functions = {key: value for key, value in entries.items() if is_function(value)}
    for one in matches(functions):
        texts = (f"{name}[{one.function!r}]", f"{name}[{one.derivative!r}]")
        found.append(Pair(texts[0], *texts, functions[one.function], functions[one.derivative]))
    return found or _of_two(functions, name, names)


def _of_two(functions: Mapping[str, Any], name: str, names: Mapping[str, Any]) -> list[Pair]:
    """`ACTIVATIONS` and `DERIVATIVES`, by the same keys."""
    if is_derivative(name):
        return []
    found: list[Pair] = []
    for other, value in names.items():
        if (
            other == name
            or not isinstance(value, Mapping)
            or not _is_table_of_derivatives(name, other)
        ):
            continue
        for key, derivative in cast(Mapping[Any, Any], value).items():
            function = functions.get(str(key))
            if function is not None and is_function(derivative):
                texts = (f"{name}[{key!r}]", f"{other}[{key!r}]")
                found.append(Pair(texts[0], *texts, function, derivative))
    return found


def _is_table_of_derivatives(functions: str, derivatives: str) -> bool:
    singular = [one.lower().removesuffix("s") for one in (functions, derivatives)]
    return likeness(singular[0], singular[1]) > 0 or likeness("function", singular[1]) > 0


def _pair_of(value: Any, name: str) -> Pair | None:
    if not _is_pair(value):
        return None
    if isinstance(value, Mapping):
        named = {str(key): one for key, one in cast(Mapping[Any, Any], value).items()}
        functions = {key: one for key, one in named.items() if is_function(one)}
        best = max(matches(functions), key=lambda one: one.nearness, default=None)
        if best is not None:
            keys = (f"{name}[{best.function!r}]", f"{name}[{best.derivative!r}]")
            return Pair(name, *keys, functions[best.function], functions[best.derivative])
        first, second = list(functions)[:2]
        return Pair(name, f"{name}[{first!r}]", f"{name}[{second!r}]", *functions.values())
    return Pair(name, f"{name}[0]", f"{name}[1]", value[0], value[1])


def _is_pair(value: Any) -> bool:
    inner = _inner(value)
    if isinstance(value, Mapping):
        return sum(is_function(one) for one in inner) == 2 or bool(
            matches(
                str(key) for key, one in cast(Mapping[Any, Any], value).items() if is_function(one)
            )
        )
    return len(inner) == 2 and all(is_function(one) for one in inner)


def _inner(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(cast(Mapping[Any, Any], value).values())
    return list(cast("tuple[Any, ...]", value)) if isinstance(value, tuple | list) else []
