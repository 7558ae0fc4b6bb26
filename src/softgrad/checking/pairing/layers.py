"""What a layer's derivative is taken by beside its input: its weights, biases, other arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from typing import Any, cast

import numpy as np

from softgrad.checking.calls.names import role_of
from softgrad.checking.pairing.binding import needed
from softgrad.checking.pairing.cells import parts_of_cell, takes_several
from softgrad.checking.pairing.construction import Init
from softgrad.checking.pairing.instances import instance_of, sizes_of, state_of
from softgrad.checking.pairing.maps import arguments, where
from softgrad.checking.pairing.names import is_derivative
from softgrad.checking.pairing.pair import Pair
from softgrad.checking.pairing.points import is_finite_at, points
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.pairing.state import State
from softgrad.checking.parameters import PartialPair, by_arguments, by_attributes
from softgrad.checking.parameters.arguments import WHOLE_NUMBERS


def partial_pairs(pair: Pair, sample: Sample, init: Init) -> Iterator[PartialPair]:
    """The derivatives by other arrays than the input that a layer gives.

    Args:
        pair: of kind "two".
        sample: of what is made up.
        init: arguments of a class's constructor.

    Raises:
        Exception: whatever the layer raises.
    """
    if pair.kind != "two":
        return
    if pair.owner is None:
        if len(needed(pair.function) or []) > 1:
            yield from by_arguments(pair.function, pair.derivative, next(points(sample))[1])
        return
    instance = instance_of(pair.owner, sample, init)
    state = state_of(instance, pair)
    if takes_several(pair, state):
        yield from (
            one for one in parts_of_cell(pair, sample, init) if _is_parameter(one, state, pair)
        )
        return
    if not state.is_used or len(needed(getattr(instance, state.forward_name)) or []) != 1:
        return
    for size in sizes_of(instance, sample, init):
        for x in _inputs(state, size):
            if not is_finite_at(state.forward, x):
                continue
            with suppress(Exception):  # a batch may be too much for its backward pass
                parts = list(by_attributes(instance, *_passes(state, pair, x), x))
                yield from (one for one in parts if _is_parameter(one, state, pair))
                return


def _inputs(state: State, size: Sample) -> Iterator[Any]:
    """Rows, and as columns, which is another convention; one row alone; whatever else it takes."""
    rows = np.asarray(next(points(size))[1])
    yield from (rows, rows.T, rows[:1], rows[:1].T)
    yield from (x for _, x in where(state.forward, None, size))
    yield WHOLE_NUMBERS


def _is_parameter(part: PartialPair, state: State, pair: Pair) -> bool:
    """Whether an array that the layer keeps is no gradient, and moved by a learning rate if so."""
    names = needed(getattr(state.instance, pair.derivative_name)) or []
    moves = any(role_of(name) == "rate" for name in names)
    return not is_derivative(part.name) and (moves or not part.is_moved)


def _passes(state: State, pair: Pair, x: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
    names = needed(getattr(state.instance, pair.derivative_name)) or []
    results: dict[int, Any] = {}

    def of(layer: Any) -> State:
        other = copy(state)
        other.instance = layer
        return other

    def forward(layer: Any, point: Any) -> Any:
        y = of(layer).forward(point)
        results[id(layer)] = y
        return cast("tuple[Any, ...]", y)[0] if isinstance(y, tuple) else y

    def backward(layer: Any, upstream: Any) -> Any:
        y = results.get(id(layer))
        return of(layer).backward(*arguments(names, x, y, upstream, rate=1.0))

    return forward, backward
