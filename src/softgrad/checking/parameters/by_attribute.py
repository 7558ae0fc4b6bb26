"""Layers that keep their weights, and fill in the gradients on the way back.

`forward(x)`, then `backward(g)`, which stores `self.dW`, or an entry of `self.grads`; or which
takes a learning rate and moves the weights at once: what they moved by, at rate 1, is the gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    kept = _kept_of_inputs(layer, forward, x)
    before = {
        place.name: place.array.copy() for place in arrays_in(layer) if place.name not in kept
    }
    tried = copied(layer)
    result = np.asarray(forward(tried, x.copy()))
    upstream = np.linspace(0.5, 1.5, result.size).reshape(result.shape)
    backward(tried, upstream.copy())
    after = {place.name: place for place in arrays_in(tried)}
    for name, value in before.items():
        stored = _stored(name, value, after)
        if stored is not None:
            yield _pair(layer, name, stored, forward, _reading(backward, stored), x)
        elif name in after and _has_moved(value, after[name]):
            yield _pair(layer, name, f"what {name} moves by", forward, _moving(backward, name), x)


def _kept_of_inputs(layer: Any, forward: Forward, x: Numbers) -> set[str]:
    """The arrays that are others after another input: what is kept of it is no parameter."""
    tried = copied(layer)
    forward(tried, x.copy())
    first = {place.name: np.array(place.array) for place in arrays_in(tried)}
    forward(tried, 0.5 * x + 0.1)
    second = {place.name: place.array for place in arrays_in(tried)}
    return {n for n, one in first.items() if not np.array_equal(one, second.get(n, np.zeros(0)))}


def _stored(name: str, value: Numbers, after: dict[str, Place]) -> str | None:
    """The name of the gradient, if there is one of the parameter's shape or with one axis more."""
    likely = [one for one, place in after.items() if one != name and place.array is not None]
    found = gradient_of(name, likely)
    return found if found is not None and after[found].array.size == value.size else None


def _has_moved(value: Numbers, place: Place) -> bool:
    return place.array.shape == value.shape and not np.array_equal(place.array, value)


def _place(layer: Any, name: str) -> Place:
    return next(place for place in arrays_in(layer) if place.name == name)


def _with(layer: Any, name: str, value: Numbers) -> Any:
    """A copy of the layer that has this array."""
    other = copied(layer)
    place = _place(other, name)
    place.holder[name] = np.array(value)
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
                place.holder[stored] = np.zeros_like(place.array)
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
        return point + noise if point.flat[0] == 0.0 else point * noise
    return point / max(float(np.std(point)), 1e-12) * 0.5
