"""The further derivatives of a layer: by its weights and biases, beside that by its input."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from softgrad.checking.pairing.construction import Init, made
from softgrad.checking.pairing.names import goes_backward, goes_forward
from softgrad.checking.pairing.pair import Pair
from softgrad.checking.pairing.points import points
from softgrad.checking.pairing.roles import is_rate, parameters
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.pairing.state import State
from softgrad.checking.parameters import PartialPair, by_arguments, by_attributes


class LayerPairs(NamedTuple):
    """What a layer has derivatives by.

    Attributes:
        pairs: one for each array.
        has_input: whether that by the layer's input is among them.
    """

    pairs: list[PartialPair]
    has_input: bool


NOTHING = LayerPairs([], has_input=False)


def layer_pairs(pair: Pair, sample: Sample, init: Init) -> LayerPairs:
    """The derivatives by the arrays that a layer keeps, or is given beside its input."""
    if pair.kind != "two" or not goes_backward(pair.derivative_name):
        return NOTHING
    try:
        x = next(points(sample))[1]
        if pair.owner is not None:
            return LayerPairs(list(_of_methods(pair, x, sample, init)), has_input=False)
        if goes_forward(pair.function_name) and len(parameters(pair.function) or ()) > 1:
            found = list(by_arguments(pair.function, pair.derivative, x))
            return LayerPairs(found, has_input=True)
    except Exception:  # what cannot be run is told where its derivative by the input is
        return NOTHING
    return NOTHING


def _of_methods(pair: Pair, x: np.ndarray, sample: Sample, init: Init) -> Iterator[PartialPair]:
    owner = pair.owner
    layer = made(owner, sample.entries, init) if isinstance(owner, type) else copy.deepcopy(owner)
    backward = getattr(layer, pair.derivative_name)
    rates = [1.0 for one in (parameters(backward) or [])[1:] if is_rate(one.name)]

    def forward(one: Any, point: np.ndarray) -> Any:
        return State(one, pair.function_name, pair.derivative_name).forward(point)

    def back(one: Any, upstream: np.ndarray) -> Any:
        return getattr(one, pair.derivative_name)(upstream, *rates)

    # Columns of a batch are another convention; some take one row alone.
    for given in (x, x.T, x[:1], x[:1].T):
        with suppress(Exception):
            yield from by_attributes(layer, forward, back, np.ascontiguousarray(given))
            return
