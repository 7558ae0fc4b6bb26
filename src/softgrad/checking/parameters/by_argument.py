"""Layers that are two functions, with a derivative by each argument.

`affine_forward(x, w, b)` gives (out, cache), and `affine_backward(dout, cache)` the rest.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, cast

import numpy as np

from softgrad.checking.copying import copied
from softgrad.checking.frameworks import Numbers
from softgrad.checking.parameters.arguments import inputs, others
from softgrad.checking.parameters.gradient_names import gradient_of
from softgrad.checking.parameters.partial_pair import PartialPair
from softgrad.errors import ParameterError


class _Layer(NamedTuple):
    """Two functions with arguments on which they run."""

    forward: Callable[..., Any]
    backward: Callable[..., Any]
    arguments: dict[str, Any]


def by_arguments(
    forward: Callable[..., Any], backward: Callable[..., Any], x: Numbers
) -> Iterator[PartialPair]:
    """A pair for each array argument that the backward pass gives a derivative by.

    Args:
        forward: of an input and other arrays, to a result, or to (result, cache).
        backward: of what comes from upstream and the cache, or the arguments; gives one array
            an argument, in their order, or a dictionary of those.
        x: the input that is tried first.

    Raises:
        ParameterError: if no arguments are found on which both run.
    """
    failures: list[str] = []
    for point in inputs(x):
        for beside in others(forward, point):
            try:
                layer = _tried(forward, backward, point, beside)
                gradients = _gradients(layer, _upstream(layer))
            except Exception as error:  # of other shapes it may run
                failures.append(f"{type(error).__name__}: {error}")
                continue
            if gradients:
                yield from (_pair(layer, name) for name in gradients)
                return
    last = failures[-1] if failures else "it takes no other arrays"
    raise ParameterError(f"no arguments were found on which both run: {last}")


def _tried(
    forward: Callable[..., Any], backward: Callable[..., Any], x: Numbers, beside: dict[str, Any]
) -> _Layer:
    first = next(iter(_parameter_names(forward)))
    return _Layer(forward, backward, {first: x, **beside})


def _parameter_names(function: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(function).parameters)


def _run(layer: _Layer, **changed: Any) -> tuple[Numbers, Any]:
    """The result, and the cache, None where there is none."""
    arguments = copied({**layer.arguments, **changed})
    found: Any = layer.forward(**arguments)
    if isinstance(found, tuple):
        parts = cast(tuple[Any, ...], found)
        return np.asarray(parts[0]), parts[1] if len(parts) == 2 else parts[1:]
    return np.asarray(found), None


def _upstream(layer: _Layer) -> Numbers:
    y = _run(layer)[0]
    return np.linspace(0.5, 1.5, y.size).reshape(y.shape)


def _gradients(layer: _Layer, upstream: Numbers, **changed: Any) -> dict[str, Numbers]:
    """What the backward pass gives, by the argument that it is the derivative by."""
    _, cache = _run(layer, **changed)
    given = {**layer.arguments, **changed}
    arrays: dict[str, Numbers] = {n: one for n, one in given.items() if isinstance(one, np.ndarray)}
    rest = (cache,) if cache is not None else tuple(copied(list(arrays.values())))
    found: Any = layer.backward(upstream.copy(), *rest)
    if isinstance(found, Mapping):
        table = cast(Mapping[str, Any], found)
        keys = {name: gradient_of(name, table) or name for name in arrays}
        return {n: np.asarray(table[k]) for n, k in keys.items() if k in table}
    several = cast(tuple[Any, ...], found if isinstance(found, tuple | list) else (found,))
    return _matched([np.asarray(one) for one in several], arrays)


def _matched(given: list[Numbers], arrays: dict[str, Numbers]) -> dict[str, Numbers]:
    """In their order where the counts agree; else each to the first argument of its shape."""
    if len(given) == len(arrays):
        return dict(zip(arrays, given, strict=True))
    left = dict(arrays)
    found: dict[str, Numbers] = {}
    for one in given:
        name = next((n for n, array in left.items() if array.shape == one.shape), None)
        if name is not None:
            found[name] = one
            del left[name]
    return found


def _pair(layer: _Layer, name: str) -> PartialPair:
    def function(value: Numbers) -> Numbers:
        return _run(layer, **{name: value})[0]

    def derivative(value: Numbers, upstream: Numbers) -> Numbers:
        return _gradients(layer, upstream, **{name: value})[name]

    return PartialPair(name, f"d{name}", function, derivative, layer.arguments[name])
