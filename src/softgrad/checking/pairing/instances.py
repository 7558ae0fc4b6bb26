"""Objects whose methods are a pair: made, where a class is given, and what they take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import numpy as np

from softgrad.checking.frameworks import Numbers
from softgrad.checking.pairing.construction import Init, made
from softgrad.checking.pairing.members import methods_of
from softgrad.checking.pairing.pair import Pair
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.pairing.state import State


def instance_of(owner: Any, sample: Sample, init: Init) -> Any:
    """The object, or one of the class.

    Raises:
        ParameterError: if it cannot be made.
    """
    return made(owner, sample.entries, init) if isinstance(owner, type) else owner


def sizes_of(instance: Any, sample: Sample, init: Init) -> Iterator[Sample]:
    """The size asked for, and what the object's own arrays and the given arguments speak of."""
    told: list[Any] = list(init.values() if isinstance(init, Mapping) else init or ())
    kept: dict[str, Any] = getattr(instance, "__dict__", {})
    arrays = [cast(Numbers, one) for one in kept.values() if isinstance(one, np.ndarray)]
    asked: list[int] = [one for one in told if isinstance(one, int) and one > 1]
    inner = [size for one in arrays for size in one.shape if size > 0]
    for width in dict.fromkeys((*asked, sample.entries, *inner)):
        yield sample._replace(entries=width)


def state_of(instance: Any, pair: Pair) -> State:
    """The two passes; `__call__` where that keeps what the backward pass reads."""
    state = State(instance, pair.function_name, pair.derivative_name)
    if "__call__" in methods_of(cast(Any, type)(instance)) and pair.function_name != "__call__":
        whole = State(instance, "__call__", pair.derivative_name)
        if len(whole.shared) > len(state.shared):
            return whole
    return state
