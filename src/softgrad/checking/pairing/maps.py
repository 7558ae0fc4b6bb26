"""Readings of a function of one array: an activation, or a layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np

from softgrad.checking.pairing.binding import needed
from softgrad.checking.pairing.points import in_frameworks, is_finite_at, points
from softgrad.checking.pairing.reading import Reading
from softgrad.checking.pairing.roles import is_count, is_rate, is_upstream, setting
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.pairing.state import State

_INPUTS = frozenset({"x", "z", "input", "inputs", "X", "Z"})
_OUTPUTS = frozenset({"y", "a", "output", "outputs", "out", "A"})


def where(function: Callable[[Any], Any], given: Any, sample: Sample) -> Iterator[tuple[str, Any]]:
    """Points to look at the function at, with what is particular about them in words."""
    if given is not None:
        yield from in_frameworks(given, sample.frameworks)
        return
    known = list(points(sample))
    inside = [one for one in known if is_finite_at(function, one[1])]
    yield from (inside or known)[:2]
    yield from list(in_frameworks(known[0][1], sample.frameworks))[1:]


def readings_of_map(
    function: Callable[[Any], Any], derivative: Any, name: str, given: Any, sample: Sample
) -> Iterator[Reading]:
    """A function and a derivative that need nothing but what they are called with."""
    for told, x in where(function, given, sample):
        yield Reading(function, derivative, x, name, told)


def readings_of_passes(state: State, name: str, given: Any, sample: Sample) -> Iterator[Reading]:
    """A forward pass before each backward pass."""
    names = needed(getattr(state.instance, name)) or []
    called = f"{name} after {state.forward_name}"
    for told, x in where(state.forward, given, sample):
        own = state.copied() if _trains(state.copied(), names, x) else state
        renewed = own is not state

        def forward(point: Any, renewed: bool = renewed) -> Any:
            return (state.copied() if renewed else state).forward(point)

        def backward(point: Any, upstream: Any = None, renewed: bool = renewed) -> Any:
            one = state.copied() if renewed else state
            y = one.forward(point)
            return one.backward(*_arguments(names, point, y, upstream))

        def without(point: Any, backward: Callable[..., Any] = backward) -> Any:
            return backward(point)

        def product(point: Any, upstream: Any, backward: Callable[..., Any] = backward) -> Any:
            return backward(point, upstream)

        derivative = product if _takes_upstream(names) else without
        yield Reading(forward, derivative, x, called, told, is_of_input=True)


def _takes_upstream(names: list[str]) -> bool:
    return any(one == "g" for one in _tokens(names))


def _tokens(names: list[str]) -> list[Any]:
    """What each parameter of a backward pass is: g, x, y or cache, or the number for it."""
    found: list[Any] = []
    for name in names:
        if is_rate(name):
            found.append(0.0)
        elif name == "cache" or name == "ctx":
            found.append("cache")
        elif is_upstream(name) and "g" not in found:
            found.append("g")
        elif is_count(name):
            found.append("rows")
        elif len(names) > 1 and name in _INPUTS:
            found.append("x")
        elif len(names) > 1 and name in _OUTPUTS:
            found.append("y")
        else:
            found.append(None if setting(name) is None else setting(name))
    if "g" not in found and None in found:
        found[found.index(None)] = "g"
    elif "g" not in found and found:
        first = next((i for i, one in enumerate(found) if isinstance(one, str)), 0)
        found[first] = "g"
    return ["x" if one is None else one for one in found]


def _arguments(names: list[str], x: Any, y: Any, g: Any) -> list[Any]:
    cache: Any = cast("tuple[Any, ...]", y)[-1] if isinstance(y, tuple) else y
    rows = np.shape(x)[0] if np.ndim(x) > 1 else 1
    meant: dict[str, Any] = {"g": g, "x": x, "y": y, "cache": cache, "rows": rows}
    return [meant[one] if isinstance(one, str) else one for one in _tokens(names)]


def _trains(state: State, names: list[str], x: Any) -> bool:
    """Whether the backward pass changes what the forward pass gives, as a step of learning does."""
    try:
        before = state.forward(x)
        state.backward(*_arguments(names, x, before, np.ones_like(before)))
        return not np.array_equal(before, state.forward(x))
    except Exception:  # what fails is told when it is checked
        return False
