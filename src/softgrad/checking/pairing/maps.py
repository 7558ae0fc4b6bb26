"""Readings of a function of one array: an activation, or a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
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
from softgrad.checking.wording.own_words import OwnWords

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
    inside = inside or known
    yield from inside[:2]
    # Rows may run where a layer wants sequences, and have another shape then.
    yield from [one for one in inside[2:] if one[1].ndim != known[0][1].ndim][:1]
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
    for told, x in where(lambda point: state.copied().forward(point), given, sample):
        renew = _renewal(state, names, x)

        def forward(point: Any, renew: Callable[[], State] = renew) -> Any:
            return renew().forward(point)

        def backward(point: Any, upstream: Any = None, renew: Callable[[], State] = renew) -> Any:
            one = renew()
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
        derivative: Any = product if _takes_upstream(names) else without
        one = renew()
        with suppress(Exception):  # what fails is told when it is checked
            derivative.own_words = words_of_pass(one, name, x, one.forward(x))
        yield Reading(forward, derivative, x, called, told, is_of_input=True, marks=marks)


def words_of_pass(state: State, name: str, x: Any, y: Any) -> OwnWords:
    """What the backward pass has of the forward pass that was made last, for lines to write."""
    kept: dict[str, Any] = getattr(state.instance, "__dict__", {})
    return OwnWords.of(getattr(state.instance, name), kept, x, y)


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


def _renewal(state: State, names: list[str], x: Any) -> Callable[[], State]:
    """Gives the object itself, or a copy for each pass, where one changes it for good."""
    if not _trains(state.copied(), names, x):
        return lambda: state
    return _warm(state, x).copied


def _trains(state: State, names: list[str], x: Any) -> bool:
    """Whether a pass changes the object for good.

    The backward pass what the forward pass gives, as a step of learning does; or the forward pass
    a list of what it was given.
    """
    try:
        lengths = _lengths(state)
        before = state.forward(x)
        if any(_lengths(state)[name] > length for name, length in lengths.items()):
            return True
        state.backward(*arguments(names, x, before, np.ones_like(before)))
        return not np.array_equal(before, state.forward(x))
    except Exception:  # what fails is told when it is checked
        return False


def _warm(state: State, x: Any) -> State:
    """A copy that has been called once, as what makes its weights then wants.

    Lists that grow at each call are as before.
    """
    own = state.copied()
    before = _lengths(own)
    try:
        own.forward(x)
        again = own.copied()
        again.forward(x)
    except Exception:  # what fails is told when it is checked
        return state
    kept: dict[str, Any] = getattr(own.instance, "__dict__", {})
    for name, length in _lengths(own).items():
        if _lengths(again)[name] > length:
            del kept[name][before.get(name, 0) :]
    return own


def _lengths(state: State) -> dict[str, int]:
    """Of the lists that the object keeps."""
    kept: dict[str, Any] = getattr(state.instance, "__dict__", {})
    lists = {name: cast(list[Any], one) for name, one in kept.items() if isinstance(one, list)}
    return {name: len(one) for name, one in lists.items()}
