"""Layers that keep their weights, and fill in the gradients on the way back.

`forward(x)`, then `backward(g)`, which stores `self.dW`, or an entry of `self.grads`; or which
takes a learning rate and moves the weights at once: what they moved by, at rate 1, is the gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from softgrad.checking.copying import copied
from softgrad.checking.frameworks import Numbers
from softgrad.checking.parameters.gradient_names import gradient_of
from softgrad.checking.parameters.holders import Place, arrays_in
from softgrad.checking.parameters.partial_pair import PartialPair

Forward = Callable[[Any, Numbers], Any]
Backward = Callable[[Any, Numbers], Any]


def by_attributes(
    layer: Any, forward: Forward, backward: Backward, x: Numbers
) -> Iterator[PartialPair]:
    """A pair for each array of floats that the layer keeps and has a gradient for.

    Args:
        layer: an instance; every call works on a copy of it.
        forward: the layer's, called with a layer and x.
        backward: likewise, with a layer and what comes from upstream; with a learning rate of 1
            where it takes one.
        x: the layer's input.

    Raises:
        Exception: whatever the layer raises at x.
    """
    if not any(arrays_in(layer)):  # some make their weights when they are called
        layer = copied(layer)
        forward(layer, x.copy())
    kept = _kept_of_inputs(layer, forward, x)
    before = {one.name: one for one in arrays_in(copied(layer)) if one.name not in kept}
    tried = copied(layer)
    result = np.asarray(forward(tried, x.copy()))
    upstream = np.linspace(0.5, 1.5, result.size).reshape(result.shape)
    backward(tried, upstream.copy())
    after = {place.name: place for place in arrays_in(tried)}
    for name, place in before.items():
        stored, value = _stored(place, after), np.array(place.array)
        if stored is not None:
            yield _pair(layer, name, stored, forward, _reading(backward, stored), x)
        elif name in after and _has_moved(value, after[name]):
            told = f"what {name} moves by"
            moved = _pair(layer, name, told, forward, _moving(backward, name), x)
            yield replace(moved, is_moved=True)


def _kept_of_inputs(layer: Any, forward: Forward, x: Numbers) -> set[str]:
    """The arrays that a forward pass puts there: what is kept of an input is no parameter."""
    tried = copied(layer)
    forward(tried, x.copy())
    first = {place.name: (place.array, np.array(place.array)) for place in arrays_in(tried)}
    forward(tried, 0.5 * x + 0.1 if x.dtype.kind == "f" else (x + 1) % (np.max(x) + 1))
    second = {place.name: place.array for place in arrays_in(tried)}
    return {
        name
        for name, (held, value) in first.items()
        if held is not second.get(name) or not np.array_equal(value, held)
    }


def _stored(parameter: Place, after: dict[str, Place]) -> str | None:
    """The name of the gradient, if there is one of the parameter's shape or with one axis more."""
    name, size = parameter.name, np.size(parameter.array)
    likely = [one for one, place in after.items() if one != name and place.array is not None]
    found = gradient_of(name, likely)
    if found is None:
        found = next((one for one in likely if after[one].is_gradient_of(parameter)), None)
    return found if found is not None and np.size(after[found].array) == size else None


def _has_moved(value: Numbers, place: Place) -> bool:
    # A number that moves may be the rate itself.
    same = bool(value.shape) and np.shape(place.array) == value.shape
    return same and not np.array_equal(place.array, value)


def _place(layer: Any, name: str) -> Place:
    return next(place for place in arrays_in(layer) if place.name == name)


def _with(layer: Any, name: str, value: Numbers) -> Any:
    """A copy of the layer that has this array."""
    other = copied(layer)
    before = _place(other, name)
    made = np.array(value) if np.ndim(value) else np.asarray(value).item()
    held = before.array
    for place in list(arrays_in(other)):  # one array may be kept under two names
        if place.name == name or (np.ndim(held) and place.array is held):
            place.holder[place.key] = made
    return other


def _pair(
    layer: Any,
    name: str,
    gradient_name: str,
    forward: Forward,
    read: Callable[[Any, Numbers], Numbers],
    x: Numbers,
) -> PartialPair:
    def function(value: Numbers) -> Any:
        return forward(_with(layer, name, value), x.copy())

    def derivative(value: Numbers, upstream: Numbers) -> Numbers:
        other = _with(layer, name, value)
        forward(other, x.copy())
        return np.reshape(read(other, upstream), np.shape(value))

    point = np.asarray(_place(layer, name).array, dtype=np.float64)
    return PartialPair(name, gradient_name, function, derivative, _generic(point))


def _reading(backward: Backward, stored: str) -> Callable[[Any, Numbers], Numbers]:
    def read(layer: Any, upstream: Numbers) -> Numbers:
        for place in arrays_in(layer):  # what adds up over calls starts from nothing
            if place.name == stored:
                place.holder[place.key] = 0.0 * place.array
        backward(layer, upstream.copy())
        return np.array(_place(layer, stored).array)

    return read


def _moving(backward: Backward, name: str) -> Callable[[Any, Numbers], Numbers]:
    def read(layer: Any, upstream: Numbers) -> Numbers:
        start = np.array(_place(layer, name).array)
        backward(layer, upstream.copy())
        return start - _place(layer, name).array

    return read


def _generic(point: Numbers) -> Numbers:
    """Zeros, ones and tiny numbers hide mistakes: numbers of about 1 do not."""
    noise = np.random.default_rng(2).uniform(0.4, 1.2, point.shape)
    if np.ptp(point) == 0.0:
        return np.asarray(point + noise if point.flat[0] == 0.0 else point * noise)
    return point / max(float(np.std(point)), 1e-12) * 0.5
