"""Functions of frameworks that bring a backward pass along, of one array and of more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from softgrad.checking.frameworks import WITH_DERIVATIVES, Framework, framework_of
from softgrad.checking.pairing.binding import needed
from softgrad.checking.pairing.construction import Init, made
from softgrad.checking.pairing.members import is_module
from softgrad.checking.pairing.pair import Pair
from softgrad.checking.pairing.points import is_finite_at, points
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.parameters.arguments import others


def own_function(pair: Pair, x: Any, sample: Sample, init: Init) -> tuple[Any, Any]:
    """What `check` takes as the function, and the point.

    Where the function needs further arrays, they are made up and held.

    Raises:
        ParameterError: if an object of its class cannot be made.
    """
    framework = _framework_of(pair.function)
    point = next(points(sample))[1] if x is None else x
    given = framework.make(point) if framework_of(point).name == "NumPy" else point
    function = pair.function
    if is_module(function):
        return made(function, sample.entries, init) if isinstance(
            function, type
        ) else function, given
    called = getattr(function, "apply", function)
    for beside in _beside(function, np.asarray(point), framework):

        def held(value: Any, beside: tuple[Any, ...] = beside) -> Any:
            return called(value, *beside)

        if is_finite_at(held, given):
            return held, given
    return function, given


def _beside(function: Any, x: Any, framework: Framework) -> Iterator[tuple[Any, ...]]:
    """Arguments beside the first, if it needs any."""
    plain: Callable[..., Any] = getattr(function, "forward", function)
    names = needed(plain) or []
    if names and names[0] in ("ctx", "context"):
        plain, names = partial(plain, None), names[1:]
    if len(names) < 2:
        return
    for one in others(plain, x):
        values = (one[name] for name in names[1:])
        yield tuple(framework.make(v) if hasattr(v, "dtype") else v for v in values)


def _framework_of(given: Any) -> Framework:
    kinds = given.__mro__ if isinstance(given, type) else type(given).__mro__
    homes = [kind.__module__.partition(".")[0] for kind in kinds]
    return next(WITH_DERIVATIVES[home] for home in homes if home in WITH_DERIVATIVES)
