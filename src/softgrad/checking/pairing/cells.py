"""Layers whose methods take, or give, several arrays: cells of recurrence, attention."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np

from softgrad.checking.pairing.binding import needed
from softgrad.checking.pairing.construction import Init
from softgrad.checking.pairing.instances import instance_of, sizes_of, state_of
from softgrad.checking.pairing.pair import Pair
from softgrad.checking.pairing.points import points
from softgrad.checking.pairing.reading import Reading
from softgrad.checking.pairing.roles import parameters, target_likeness
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.pairing.state import State
from softgrad.checking.parameters import PartialPair, by_attributes
from softgrad.checking.parameters.by_argument import Layer, layer_of
from softgrad.checking.parameters.passes import Passes, Run, is_upstream
from softgrad.checking.parameters.returned import keep_results, result_names
from softgrad.checking.parameters.shapes import OUTPUTS
from softgrad.errors import ParameterError

#: From here on a name is that of a target, and the two are a loss and its gradient.
_TARGET = 2.5
_MOST_SIZES = 3


def takes_several(pair: Pair, state: State) -> bool:
    """Whether the forward pass takes several arrays, and no target, or gives several."""
    passes = _passes_of(pair, state)
    if not passes.upstreams or any(target_likeness(one) >= _TARGET for one in passes.names):
        return False
    several = (passes.names, passes.upstreams, passes.result_names)
    return any(len(one) > 1 for one in several) or "cache" in passes.backward_names


def cell_of(pair: Pair, state: State, sample: Sample, init: Init) -> Layer | None:
    """The two methods with arguments on which they run; None for a loss, or where none are found.

    Args:
        pair: the two.
        state: of an object whose methods they are.
        sample: of what is made up.
        init: arguments of the class's constructor.
    """
    passes = _passes_of(pair, state)
    backward = getattr(state.instance, pair.derivative_name)
    sizes = list(sizes_of(state.instance, sample, init))[:_MOST_SIZES]
    second: Layer | None = None
    for size in sizes:
        for hidden in dict.fromkeys((OUTPUTS, *(one.entries for one in sizes))):
            try:
                layer = layer_of(passes, np.asarray(next(points(size))[1]), backward, hidden)
            except ParameterError:
                continue
            y = layer.run().results[0]
            if y.size <= max(1, len(next(iter(layer.arguments.values())))):
                return None
            if layer.has_all_shapes:
                return layer
            second = second or layer
    return second


def readings_of_cell(layer: Layer, called: str) -> Iterator[Reading]:
    """By its first array, with the others held; nothing where that is of whole numbers."""
    first = layer.passes.names[0]
    if first in layer.at_once():
        one = layer.pair(first)
        others = [name for name in layer.passes.names if name != first]
        beside = f"by {first}, with {', '.join(others)} held" if others else ""
        yield Reading(one.function, one.derivative, one.point, called, beside, is_of_input=True)


def parts_of_cell(pair: Pair, sample: Sample, init: Init) -> Iterator[PartialPair]:
    """The derivatives of such a layer by its further arguments, and by what it holds."""
    state = state_of(instance_of(pair.owner, sample, init), pair)
    layer = cell_of(pair, state, sample, init)
    if layer is None:
        return
    first = layer.passes.names[0]
    yield from (layer.pair(name) for name in layer.at_once() if name != first)
    x = np.asarray(layer.arguments[first])
    yield from by_attributes(state.instance, *_on_one(pair, state, layer), x)


def _passes_of(pair: Pair, state: State) -> Passes:
    """The methods of an object; each forward pass is that of a copy of its own."""
    forward = getattr(state.instance, state.forward_name)
    names = [one for one in needed(forward) or [] if one not in state.settings]
    backward = getattr(state.instance, pair.derivative_name)
    # `backward(self, dh=None)`
    optional = [one.name for one in parameters(backward) or [] if is_upstream(one.name)]
    theirs = needed(backward) or optional

    def start() -> tuple[Callable[..., Any], Callable[..., Any]]:
        one = state.copied()
        return one.forward, one.backward

    return Passes(start, tuple(names), tuple(theirs), result_names(forward))


def _on_one(
    pair: Pair, state: State, layer: Layer
) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """The passes of a given object, by its first argument; what returns gradients keeps them."""
    first = layer.passes.names[0]
    runs: dict[int, tuple[Run, dict[str, Any]]] = {}

    def forward(held: Any, x: Any) -> Any:
        own = copy(state)
        own.instance = held
        passes = replace(layer.passes, start=lambda: (own.forward, own.backward))
        arguments = {**layer.arguments, first: x}
        run = passes.run(arguments)
        runs[id(held)] = (run, arguments)
        return run.joined

    def backward(held: Any, upstream: Any) -> None:
        run, arguments = runs[id(held)]
        returned = layer.passes.gradients(run, upstream, arguments)
        keep_results(held, returned, getattr(state.instance, pair.derivative_name))

    return forward, backward
