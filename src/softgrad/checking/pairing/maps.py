"""Readings of a function of one array: an activation, or a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, cast

import numpy as np

from softgrad.checking.calls.names import role_of
from softgrad.checking.pairing.binding import needed
from softgrad.checking.pairing.points import in_frameworks, is_finite_at, points
from softgrad.checking.pairing.reading import Reading
from softgrad.checking.pairing.roles import is_count, setting
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.pairing.state import State

_CHANGES_UPSTREAM = (
    "It changes the gradient that it is given, which is another one for whoever uses it next: "
    "work on a copy."
)


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
    marks: set[str] = set()
    for told, x in where(state.forward, given, sample):
        own = state.copied() if _trains(state.copied(), names, x) else state
        renewed = own is not state

        def forward(point: Any, renewed: bool = renewed) -> Any:
            return (state.copied() if renewed else state).forward(point)

        def backward(point: Any, upstream: Any = None, renewed: bool = renewed) -> Any:
            one = state.copied() if renewed else state
            y = one.forward(point)
            given = deepcopy(upstream)
            found = one.backward(*arguments(names, point, y, given))
            if not np.array_equal(given, upstream):
                marks.add(_CHANGES_UPSTREAM)
            return found

        def without(point: Any, backward: Callable[..., Any] = backward) -> Any:
            return backward(point)

        def product(point: Any, upstream: Any, backward: Callable[..., Any] = backward) -> Any:
            return backward(point, upstream)

        product.__signature__ = _as_written(state, names)  # pyright: ignore[reportFunctionMemberAccess]
        derivative = product if _takes_upstream(names) else without
        yield Reading(forward, derivative, x, called, told, is_of_input=True, marks=marks)


def _as_written(state: State, names: list[str]) -> inspect.Signature:
    """Of a product after a forward pass, with the names that the author has for both."""
    given = needed(getattr(state.instance, state.forward_name)) or ["point"]
    vector = next((name for name in names if role_of(name) == "vector"), "upstream")
    point = given[0] if given[0] != vector and role_of(given[0]) == "x" else "point"
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature([inspect.Parameter(name, kind) for name in (point, vector)])


def _takes_upstream(names: list[str]) -> bool:
    return "vector" in _meanings(names)


def _meanings(names: list[str]) -> list[Any]:
    """What each parameter of a backward pass is, by the word for it; or the number for it."""
    found: list[Any] = []
    for name in names:
        role = role_of(name)
        if role in ("rate", "cache") or (role == "vector" and "vector" not in found):
            found.append(role)
        elif is_count(name):
            found.append("rows")
        elif len(names) > 1 and role in ("x", "y"):
            found.append(role)
        else:
            found.append(setting(name))
    if "vector" not in found and found:
        first = next((i for i, one in enumerate(found) if one is None), None)
        texts = (i for i, one in enumerate(found) if isinstance(one, str))
        found[next(texts, 0) if first is None else first] = "vector"
    return ["x" if one is None else one for one in found]


def arguments(names: list[str], x: Any, y: Any, upstream: Any, rate: float = 0.0) -> list[Any]:
    """What a backward pass with these parameters is given.

    Args:
        names: of its parameters.
        x: what the forward pass was given.
        y: what that gave, or that and a cache.
        upstream: what comes from later layers.
        rate: of learning, where it takes one; at 0 no weights move.
    """
    cache: Any = cast("tuple[Any, ...]", y)[-1] if isinstance(y, tuple) else y
    rows = np.shape(x)[0] if np.ndim(x) > 1 else 1
    meant: dict[str, Any] = {"vector": upstream, "x": x, "y": y, "cache": cache, "rows": rows}
    meant["rate"] = rate
    return [meant[one] if isinstance(one, str) else one for one in _meanings(names)]


def _trains(state: State, names: list[str], x: Any) -> bool:
    """Whether the backward pass changes what the forward pass gives, as a step of learning does."""
    try:
        before = state.forward(x)
        state.backward(*arguments(names, x, before, np.ones_like(before)))
        return not np.array_equal(before, state.forward(x))
    except Exception:  # what fails is told when it is checked
        return False
