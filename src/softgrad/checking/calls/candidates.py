"""The calls that a derivative's author may have meant, the likeliest first."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import permutations
from numbers import Number
from types import FunctionType
from typing import Any, cast

from softgrad.checking.calls.call import FIXED, Call
from softgrad.checking.calls.names import is_plain, role_of
from softgrad.checking.calls.signature import Parameters, parameters_of
from softgrad.checking.frameworks import framework_of
from softgrad.errors import InputTypeError

#: From the commonest on; any other order comes after these.
_COMMON: tuple[tuple[str, ...], ...] = (
    ("x",),
    ("y",),
    ("x", "vector"),
    ("vector", "x"),
    ("x", "y"),
    ("y", "x"),
    ("vector", "y"),
    ("y", "vector"),
    ("x", "y", "vector"),
    ("vector", "x", "y"),
    ("vector", "y", "x"),
    ("vector", "cache"),
    ("cache", "vector"),
    ("vector", "rate"),
    ("vector",),
    (),
)
#: Longer lists of arguments are called only as their names say.
_MOST_OF_ANY_NAME = 3
_MOST_CALLS = 16
#: Names that a search for one of x's shape would try in vain.
_FEW = 3


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known beside a derivative's own parameters.

    Attributes:
        input_name: what the function calls its argument; None if nobody knows.
        fixed: values that the function is given by its author; see `values_within`.
        has_cache: whether the function returns more than its result.
        is_bound: whether both are methods of one object, which may keep things.
        may_take_input: whether it may be called with the function's input alone.
        may_take_output: the same for its output.
        with_vector: whether there must be a vector, or None if there may be.
    """

    input_name: str | None
    fixed: Mapping[str, Any]
    has_cache: bool
    is_bound: bool
    may_take_input: bool = True
    may_take_output: bool = True
    with_vector: bool | None = None


def candidates(derivative: Callable[..., Any], setting: Setting) -> list[Call]:
    """Calls of a derivative, those first whose roles are what the parameters are named for."""
    found: dict[tuple[str, ...], Call] = {}
    for names in _lists_of_arguments(parameters_of(derivative)):
        for call in _of_names(names, setting):
            found.setdefault(call.slots, call)
    return sorted(found.values(), key=lambda call: (call.mismatches, call.rank))[:_MOST_CALLS]


def values_within(function: Any) -> dict[str, Any]:
    """Arrays and numbers that a function is made with: arguments of a partial, or a closure.

    By their names, as slots of a `Call`.
    """
    if isinstance(function, partial):
        names = parameters_of(function.func).needed
        held = dict(zip(names, function.args, strict=False)) | function.keywords
    elif isinstance(function, FunctionType):
        try:
            seen = inspect.getclosurevars(function)
        except ValueError:  # a cell that is still empty
            return {}
        held = {**seen.globals, **seen.nonlocals}
    else:
        return {}
    return {FIXED + name: value for name, value in held.items() if _is_numbers(value)}


def _is_numbers(value: Any) -> bool:
    if isinstance(value, bool | list | tuple):
        return isinstance(value, list) and all(
            isinstance(v, Number) for v in cast(list[Any], value)
        )
    try:
        framework_of(value)
    except InputTypeError:
        return False
    return True


def _lists_of_arguments(parameters: Parameters) -> Iterator[tuple[str, ...]]:
    """What must be given, and with it what may be and is named as a vector or a point."""
    needed = parameters.needed
    more = tuple(name for name in parameters.optional if role_of(name) in ("x", "y", "vector"))
    yield needed
    for count in range(1, len(more) + 1):
        # Only what stands next to the needed ones can be given by its place.
        if parameters.optional[:count] == more[:count]:
            yield (*needed, *more[:count])
    if parameters.takes_more:
        for count in range(max(1, len(needed)), _MOST_OF_ANY_NAME + 1):
            yield (*needed, *[""] * (count - len(needed)))


def _of_names(names: tuple[str, ...], setting: Setting) -> Iterator[Call]:
    meant = [_meant(name, setting) for name in names]
    fixed = [slot for slot in setting.fixed if len(setting.fixed) <= _FEW or slot in meant]
    pool = ["x", "y", "vector"] + ["cache"] * setting.has_cache + ["rate"] * ("rate" in meant)
    pool += fixed
    if len(names) > _MOST_OF_ANY_NAME:
        pool = [slot for slot in pool if slot in meant or slot in ("x", "y", "vector")]
    for slots in permutations(pool, len(names)):
        if _is_possible(slots, meant, setting) and not _contradicts(slots, names, meant):
            yield Call(
                slots=slots,
                fixed=setting.fixed,
                mismatches=sum(_differs(m, s) for m, s in zip(meant, slots, strict=True)),
                unnamed=meant.count(None),
                asks_for=_unknown(names, meant, slots),
                rank=_COMMON.index(slots) if slots in _COMMON else len(_COMMON) + len(slots),
            )


def _meant(name: str, setting: Setting) -> str | None:
    """The slot that a parameter is named for."""
    if FIXED + name in setting.fixed:
        return FIXED + name
    if name and name == setting.input_name:
        return "x"
    return role_of(name)


def _differs(meant: str | None, slot: str) -> bool:
    """Whether a name speaks against a slot; a value of the function's own may be a target."""
    return meant not in (None, slot) and not (meant == "target" and slot.startswith(FIXED))


def _unknown(
    names: tuple[str, ...], meant: list[str | None], slots: tuple[str, ...]
) -> tuple[str, ...]:
    """Parameters for something that nobody has."""
    return tuple(
        name
        for name, m, slot in zip(names, meant, slots, strict=True)
        if m in ("target", "cache", "rate") and slot != m and not slot.startswith(FIXED)
    )


def _is_possible(slots: tuple[str, ...], meant: list[str | None], setting: Setting) -> bool:
    call = Call(slots)
    for slot, m in zip(slots, meant, strict=True):
        if (slot == "rate" and m != "rate") or (slot == "cache" and m not in ("cache", None)):
            return False
    if setting.with_vector is not None and call.takes_vector != setting.with_vector:
        return False
    if call.is_after_forward:
        named = "vector" in slots and "vector" in meant
        return setting.may_take_input and (named or setting.is_bound) and "x" not in meant
    needs_input = call.argument == "input" and "y" not in slots
    return (
        setting.may_take_output
        if call.argument == "output"
        else (setting.may_take_input or not needs_input)
    )


def _contradicts(slots: tuple[str, ...], names: tuple[str, ...], meant: list[str | None]) -> bool:
    """Whether names say clearly that something else is meant.

    Two arguments that go where the other one's name belongs; and no vector for one of several that
    is named for it.
    """
    if len(slots) > 1 and "vector" in meant and "vector" not in slots:
        return True
    swapped = {
        m: slot
        for m, slot, name in zip(meant, slots, names, strict=True)
        # One letter is used for input and output alike.
        if m not in (None, slot) and (is_plain(name) or "vector" in (m, slot))
    }
    return any(swapped.get(slot) == m for m, slot in swapped.items())
