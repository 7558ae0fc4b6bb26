"""Shapes of the arrays that a layer takes beside its input, by their names.

A layer of recurrence holds `Wx` (D, H), `Wh` (H, H) and `b` (H,); an LSTM has 4 H there, a GRU 3 H;
others are written for columns, `W @ x + b`, or with the state and the input in one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from softgrad.checking.pairing.words import any_of, words

Shape = tuple[int, ...]
Kind = Literal["input matrix", "state matrix", "matrix", "vector", "state", "number", "other"]

#: How many outputs a layer is given, none of the input's own sizes.
OUTPUTS = 4
CHANNELS, FILTERS, SIZE, WINDOW = 2, 3, 5, 3
_GATES = (1, 4, 3)

_MATRIX = re.compile(r"^(w|weights?|kernel|theta|mat|filters?|u|v)(_?\w)?\d*$", re.IGNORECASE)
_WEIGHT = any_of("w weight weights kernel kernels")
_VECTOR = re.compile(r"^(b|bias(es)?|beta|gamma|scale|shift|gain|offset)(_?\w)?\d*$", re.IGNORECASE)
_OF_INPUT = re.compile(r"^(w|weights?)_?(x|xh|ih|xz|xr|hx|in|input)$", re.IGNORECASE)
_OF_STATE = re.compile(r"^(w|weights?|u)_?(h|hh|hz|hr|rec|hidden|state)$", re.IGNORECASE)
_NUMBER = any_of("alpha slope leak leakiness temperature temp tau power exponent")
_STATE = any_of("h c s prev hprev cprev hidden state states cell h0 c0 hx cx hs memory")


class Layout(NamedTuple):
    """How a layer's arrays lie.

    Attributes:
        inner: numbers of a row of input.
        batch: rows.
        hidden: numbers of a row of output.
        gates: how many of those stand in one matrix.
        is_of_columns: whether a column is what a row is elsewhere.
    """

    inner: int
    batch: int
    hidden: int
    gates: int
    is_of_columns: bool


def kind_of(name: str) -> Kind:
    """What an array of this name is."""
    if _OF_INPUT.match(name):
        return "input matrix"
    if _OF_STATE.match(name):
        return "state matrix"
    if _MATRIX.match(name) or _WEIGHT.intersection(words(name)):
        return "matrix"
    if _VECTOR.match(name) or "bias" in words(name):
        return "vector"
    if _NUMBER.intersection(words(name)):
        return "number"
    if _STATE.intersection(words(name)) or name.lower().rstrip("0") in _STATE:
        return "state"
    return "other"


def layouts(shape: Shape, hidden: int) -> Iterator[Layout]:
    """What an input of this shape may be a part of, likeliest first."""
    for gates in _GATES:
        yield Layout(shape[-1], shape[0], hidden, gates, False)
        if len(shape) == 2:
            yield Layout(shape[0], shape[1], hidden, gates, True)


def shapes_of(kind: Kind, layout: Layout, shape: Shape) -> list[Shape]:
    """Likely shapes of one array beside an input of this shape."""
    if len(shape) == 4:
        return _of_images(kind, shape)
    inner, batch, hidden, gates, is_of_columns = layout
    wide = gates * hidden
    if kind == "vector":
        found: list[Shape] = [(wide,), (inner,), (1, wide), (wide, 1), (1, inner), (), shape]
        return [(wide, 1), *found] if is_of_columns else found
    if kind == "state":
        found = [(batch, hidden), (batch, inner), (hidden,), (1, hidden)]
        return [one[::-1] for one in found] if is_of_columns else found
    if kind == "number":
        return [(), (inner,), (1, inner)]
    by_kind: dict[Kind, list[Shape]] = {
        "input matrix": [(inner, wide)],
        "state matrix": [(hidden, wide)],
        "matrix": [(inner, wide), (hidden + inner, wide), (hidden, wide), (wide, inner)],
    }
    if kind == "other":
        return [shape, (inner, wide), (wide, inner), (wide,), (inner,), (batch, hidden), ()]
    matrices = by_kind[kind]
    turned = [one[::-1] for one in matrices]
    found = [*turned, *matrices] if is_of_columns else [*matrices, *turned]
    if kind == "matrix":
        found += [(inner, inner), (wide,), (inner,), shape]
    return list(dict.fromkeys(found))


def _of_images(kind: Kind, shape: Shape) -> list[Shape]:
    channels = shape[1]
    if kind in ("vector", "state"):
        return [(FILTERS,), (channels,), (1, channels, 1, 1), (1, FILTERS, 1, 1), (FILTERS, 1)]
    if kind == "number":
        return [(), (channels,), (1, channels, 1, 1)]
    if kind == "other":
        return [shape, (FILTERS, channels, WINDOW, WINDOW), (FILTERS,), (channels,)]
    last = shape[-1]
    window = (WINDOW, WINDOW)
    return [
        (FILTERS, channels, *window),
        (*window, last, FILTERS),
        (FILTERS, *window, last),
        window,
        (FILTERS, *window),
        (channels,),
        (last,),
    ]
