"""Values for what a layer's function takes beside its input: likely ones, to be tried."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice, product
from typing import Any

import numpy as np

from softgrad.checking.frameworks import Numbers
from softgrad.checking.pairing.roles import is_count, setting
from softgrad.checking.parameters.shapes import (
    CHANNELS,
    OUTPUTS,
    SIZE,
    Kind,
    Layout,
    Shape,
    kind_of,
    layouts,
    shapes_of,
)

#: As many combinations are tried for one input: all of a kind alike, and each for itself.
_MOST_TRIES = 160
_OPTIONS = re.compile(r"param|config|options|cfg|settings", re.IGNORECASE)
#: What layers of convolution, pooling and normalisation ask their options for.
_USUAL = {
    "mode": "train",
    "eps": 1e-5,
    "momentum": 0.9,
    "stride": 1,
    "pad": 1,
    "pool_height": 2,
    "pool_width": 2,
    "num_groups": 1,
}
#: Some of them twice, as words are in a text.
WHOLE_NUMBERS = np.array([[0, 2, 1, 2, 0], [1, 1, 3, 0, 2], [3, 2, 0, 1, 1]])
_STARRED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def inputs(x: Numbers) -> Iterator[Numbers]:
    """The caller's x, sequences of rows, images, columns, one row, and whole numbers."""
    yield x
    random = np.random.default_rng(7)
    yield random.standard_normal((2, 3, x.shape[-1]))
    yield random.standard_normal((2, CHANNELS, SIZE, SIZE))
    yield x.T
    yield x.reshape(-1)[: x.shape[-1]]
    yield WHOLE_NUMBERS


def others(
    function: Callable[..., Any], x: Numbers, hidden: int = OUTPUTS
) -> Iterator[dict[str, Any]]:
    """Values for the parameters beside the first that have no default: likely combinations."""
    try:
        parameters = list(inspect.signature(function).parameters.values())[1:]
    except (TypeError, ValueError):
        return
    needed = [p.name for p in parameters if p.default is p.empty and p.kind not in _STARRED]
    yield from values_for(needed, x, hidden)


def values_for(names: list[str], x: Numbers, hidden: int = OUTPUTS) -> Iterator[dict[str, Any]]:
    """Values by these names, beside an input: likely combinations.

    Args:
        names: of the parameters.
        x: the input.
        hidden: how many outputs.
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for layout in layouts(x.shape, hidden):
        for shapes in _combinations(names, layout, x.shape):
            key = tuple(shapes.values())
            if key not in found:
                found[key] = _made(shapes, x)
                yield found[key]
        if x.ndim == 4:  # the layout says nothing of images
            return


def _combinations(
    names: list[str], layout: Layout, shape: Shape
) -> Iterator[dict[str, Shape | None]]:
    """A shape for each name; None for what is no array."""
    kinds: dict[str, Kind] = {name: kind_of(name) for name in names if not _is_given(name)}
    choices: dict[Kind, list[Shape]] = {
        kind: shapes_of(kind, layout, shape) for kind in kinds.values()
    }
    fixed: dict[str, Shape | None] = dict.fromkeys(names)
    for taken in islice(product(*choices.values()), _MOST_TRIES):
        by_kind: Mapping[Kind, Shape] = dict(zip(choices, taken, strict=True))
        yield {**fixed, **{name: by_kind[kind] for name, kind in kinds.items()}}
    if len(kinds) > len(choices):
        each = [choices[kind] for kind in kinds.values()]
        for taken in islice(product(*each), _MOST_TRIES):
            yield {**fixed, **dict(zip(kinds, taken, strict=True))}


def _is_given(name: str) -> bool:
    return _value(name, 1) is not None


def _value(name: str, rows: int) -> Any:
    """A value for what is no array by its name; None for arrays."""
    if _OPTIONS.search(name):
        return dict(_USUAL)
    # Of a layer's gamma, beta and slope a derivative may be taken.
    if kind_of(name) in ("vector", "number"):
        return None
    return rows if is_count(name) else setting(name)


def _made(shapes: Mapping[str, Shape | None], x: Numbers) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, (name, shape) in enumerate(shapes.items()):
        random = np.random.default_rng(11 + number)
        if shape is None:
            found[name] = _value(name, x.shape[0])
        elif shape == ():
            found[name] = float(random.uniform(0.3, 1.3))
        else:
            found[name] = random.choice((-1.0, 1.0), shape) * random.uniform(0.3, 1.3, shape)
    return found
