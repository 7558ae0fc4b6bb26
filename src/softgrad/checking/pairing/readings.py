"""The ways in which a pair may be called, likeliest first."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import chain
from types import FunctionType
from typing import Any, cast

from softgrad.checking.calls.names import role_of
from softgrad.checking.pairing.binding import alike, bound, needed, settings_of
from softgrad.checking.pairing.cells import cell_of, readings_of_cell, takes_several
from softgrad.checking.pairing.construction import Init, made
from softgrad.checking.pairing.contexts import readings_of_context, takes_context
from softgrad.checking.pairing.costs import readings_of_cost
from softgrad.checking.pairing.instances import instance_of, sizes_of, state_of
from softgrad.checking.pairing.losses import readings_of_loss, readings_of_loss_passes
from softgrad.checking.pairing.maps import readings_of_map, readings_of_passes
from softgrad.checking.pairing.masks import arrays_of
from softgrad.checking.pairing.members import main_method
from softgrad.checking.pairing.names import goes_backward
from softgrad.checking.pairing.pair import Pair
from softgrad.checking.pairing.reading import Reading
from softgrad.checking.pairing.roles import is_count, is_namespace, parameters, setting
from softgrad.checking.pairing.sample import Sample, frameworks_named
from softgrad.errors import ParameterError

_SELVES = frozenset({"self", "cls", "this", "s", "_", "__", "me", "layer", "ctx", "context"})


def readings(pair: Pair, x: Any, sample: Sample, init: Init) -> Iterator[Reading]:
    """What `check` may be given for a pair.

    Args:
        pair: of kind "two", "flag" or "together".
        x: where; made up where it is None.
        sample: of what is made up.
        init: arguments of a class's constructor.

    Raises:
        ParameterError: if an object cannot be made, or a function needs too many arguments.
    """
    sample = sample._replace(frameworks=frameworks_named(pair.owner or pair.function))
    if pair.owner is None:
        function = _callable(pair.function, sample, init)
        if pair.kind == "two":
            derivative = _callable(pair.derivative, sample, init)
            said = f"{pair.name} {getattr(pair.function, '__name__', '')}"
            yield from _of_two(function, derivative, pair.derivative_name, said, x, sample)
        else:
            yield from _of_one(function, pair, pair.name, x, sample)
        return
    owner = pair.owner
    instance = instance_of(owner, sample, init)
    said = f"{type(instance).__name__} {pair.name} {pair.function_name}"
    for one in sizes_of(instance, sample, init) if x is None else [sample]:
        if pair.kind == "two":
            yield from _of_methods(instance, pair, said, x, one)
        else:
            yield from _of_one(getattr(instance, pair.function_name), pair, said, x, one)


def _callable(given: Any, sample: Sample, init: Init) -> Callable[..., Any]:
    """A function as it is; an object of a class that is one function."""
    if not isinstance(given, type):
        return given
    method = main_method(given) or "__call__"
    return getattr(made(given, sample.entries, init), method)


def _of_methods(instance: Any, pair: Pair, said: str, x: Any, sample: Sample) -> Iterator[Reading]:
    state = state_of(instance, pair)
    if isinstance(pair.owner, type) and not _has_self(pair.owner, pair.function_name):
        function = getattr(pair.owner, pair.function_name)
        derivative = getattr(pair.owner, pair.derivative_name)
        yield from _of_two(function, derivative, pair.derivative_name, said, x, sample)
        return
    function = getattr(instance, state.forward_name)
    if takes_context(function):
        derivative = getattr(instance, pair.derivative_name)
        yield from readings_of_context(function, derivative, pair.derivative_name, x, sample)
        return
    if takes_several(pair, state):
        layer = cell_of(pair, state, sample, None)
        if layer is not None:
            yield from readings_of_cell(layer, f"{pair.derivative_name} after {state.forward_name}")
            return
    if not state.is_used or _is_of_input(instance, pair.derivative_name):
        derivative = getattr(instance, pair.derivative_name)
        yield from _of_two(function, derivative, pair.derivative_name, said, x, sample)
    elif len(set(needed(function) or []) - set(state.settings)) == 2:
        yield from readings_of_loss_passes(state, pair.derivative_name, x, said, sample)
    else:
        yield from readings_of_passes(state, pair.derivative_name, x, sample)


def _is_of_input(instance: Any, name: str) -> bool:
    """`gradient(self, x)` is of the input, whatever the function keeps; `backward(self, x)` not."""
    names = needed(getattr(instance, name)) or []
    return len(names) == 1 and role_of(names[0]) == "x" and not goes_backward(name)


def _has_self(kind: type, method: str) -> bool:
    """Whether a method is one: `def f(x)` in a class, without self, is called by the class."""
    function = inspect.getattr_static(kind, method, None)
    if not isinstance(function, FunctionType):
        return True
    first = next(iter(inspect.signature(function).parameters), "")
    return first in _SELVES or first.endswith("self")


def _of_one(
    function: Callable[..., Any], pair: Pair, said: str, x: Any, sample: Sample
) -> Iterator[Reading]:
    """A function that is its own derivative too: by a flag, or as its second result."""
    if pair.kind == "flag":
        flag = pair.derivative
        value = bound(function, {flag.parameter: flag.off})
        slope = _last_of_two(bound(function, {flag.parameter: flag.on}))
    else:
        value, slope = _part(function, 0), _part(function, 1)
    yield from _of_two(value, slope, pair.derivative_name, said, x, sample)


def _last_of_two(function: Callable[..., Any]) -> Callable[..., Any]:
    """The derivative, where it comes with the value."""

    @wraps(function)
    def last(*given: Any) -> Any:
        found = function(*given)
        parts = cast("tuple[Any, ...]", found if isinstance(found, tuple) else (found,))
        return parts[1] if len(parts) == 2 else parts[0]

    return last


def _part(function: Callable[..., Any], place: int) -> Callable[..., Any]:
    @wraps(function)
    def part(*given: Any) -> Any:
        return function(*given)[place]

    return part


def _of_two(
    function: Callable[..., Any],
    derivative: Any,
    name: str,
    said: str,
    x: Any,
    sample: Sample,
) -> Iterator[Reading]:
    settings = settings_of(function, sample.rows, sample.entries)
    theirs = needed(derivative) or []
    shared = {**alike(function, derivative), **settings}
    own = {one: shared[one] for one in _all_names(derivative) if one in shared}
    for one in theirs:
        if is_namespace(one):
            own[one] = setting(one)
        elif one not in (theirs[0], *own) and (role_of(one) == "rate" or is_count(one)):
            own[one] = sample.rows if is_count(one) else 0.0
    if len(own) < len(theirs) or not theirs:
        derivative = bound(derivative, own)
    function = bound(function, settings)
    names = needed(function) or []
    if len(names) <= 1:
        found = readings_of_map(function, derivative, name, x, sample)
    elif len(names) == 2:
        told = f"{said} {' '.join(names)}"
        found = readings_of_loss(function, derivative, name, x, told, sample)
    else:
        found = readings_of_cost(function, derivative, name, said, sample)
        if len(arrays_of(function)) == 2:
            told = f"{said} {' '.join(arrays_of(function))}"
            found = chain(found, readings_of_loss(function, derivative, name, x, told, sample))
    runs = False
    for reading in found:
        runs = True
        yield reading
    if not runs and len(names) > 2:
        raise ParameterError(
            f"the function needs {', '.join(names)}; fix all but one with "
            "functools.partial and give the two to softgrad.check"
        )


def _all_names(function: Callable[..., Any]) -> list[str]:
    return [one.name for one in parameters(function) or []]
