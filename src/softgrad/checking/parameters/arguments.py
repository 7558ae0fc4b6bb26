"""Arrays for what a layer's function takes beside its input: shapes are guessed and tried."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from itertools import islice, product
from typing import Any

import numpy as np

from softgrad.checking.frameworks import Numbers

#: How many outputs a layer is given, none of the input's own sizes.
OUTPUTS = 4
_CHANNELS, _FILTERS, _SIZE, _WINDOW = 2, 3, 5, 3
#: As many combinations of shapes are tried for one input.
_MOST_TRIES = 48

_MATRIX = re.compile(r"^(w|weights?|kernel|theta|mat|filters?|u|v)(_?\w)?\d*$", re.IGNORECASE)
_VECTOR = re.compile(r"^(b|bias(es)?|beta|gamma|scale|shift|gain|offset)\d*$", re.IGNORECASE)
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


def inputs(x: Numbers) -> Iterator[Numbers]:
    """The caller's x, and images."""
    yield x
    random = np.random.default_rng(7)
    yield random.standard_normal((2, _CHANNELS, _SIZE, _SIZE))


def others(function: Callable[..., Any], x: Numbers) -> Iterator[dict[str, Any]]:
    """Arrays for the parameters beside the first that have no default: likely combinations."""
    try:
        parameters = list(inspect.signature(function).parameters.values())[1:]
    except (TypeError, ValueError):
        return
    needed = [p.name for p in parameters if p.default is p.empty and p.kind not in _STARRED]
    choices = [_choices(name, x, number) for number, name in enumerate(needed)]
    for taken in islice(product(*choices), _MOST_TRIES):
        yield dict(zip(needed, taken, strict=True))


_STARRED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def _choices(name: str, x: Numbers, number: int) -> list[Any]:
    if _OPTIONS.search(name):
        return [dict(_USUAL)]
    random = np.random.default_rng(11 + number)

    def arrays(*shapes: tuple[int, ...]) -> list[Numbers]:
        signs = [random.choice((-1.0, 1.0), shape) for shape in shapes]
        return [sign * random.uniform(0.3, 1.3, sign.shape) for sign in signs]

    inner = x.shape[-1]
    if x.ndim == 4:
        matrices = arrays((_FILTERS, _CHANNELS, _WINDOW, _WINDOW))
        vectors = arrays((_FILTERS,), (_CHANNELS,), (1, _CHANNELS, 1, 1))
    else:
        matrices = arrays((inner, OUTPUTS), (OUTPUTS, inner), (inner, inner))
        vectors = arrays((OUTPUTS,), (inner,), (1, OUTPUTS), (OUTPUTS, 1))
    if _MATRIX.match(name):
        return [*matrices, *vectors[:2]]
    if _VECTOR.match(name):
        return vectors
    return [*arrays(x.shape), *matrices, *vectors]
