"""Functions of frameworks that bring a backward pass along, of one array and of more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from softgrad.checking.frameworks import WITH_DERIVATIVES, Framework, framework_of
from softgrad.checking.pairing.binding import needed
from softgrad.checking.pairing.construction import Init, made
from softgrad.checking.pairing.members import is_module
from softgrad.checking.pairing.own_losses import own_losses, target_of
from softgrad.checking.pairing.pair import Pair
from softgrad.checking.pairing.points import is_finite_at, points
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.parameters.arguments import others
from softgrad.checking.torch_products import torch_product


def own_functions(pair: Pair, x: Any, sample: Sample, init: Init) -> Iterator[tuple[Any, Any, str]]:
    """What `check` takes as the function, the point, and what is held, in words.

    Where the function needs further arrays, they are made up and held; a loss gets targets of the
    kinds on which it runs.

    Raises:
        ParameterError: if an object of its class cannot be made.
    """
    framework = _framework_of(pair.function)
    point = next(points(sample))[1] if x is None else x
    given = framework.make(point) if framework_of(point).name == "NumPy" else point
    function = pair.function
    if is_module(function):
        made_one = made(function, sample.entries, init) if isinstance(function, type) else function
        yield made_one, given, ""
        return
    called = getattr(function, "apply", function)
    _, names = _plain(function)
    if x is None and target_of(names):
        losses = list(own_losses(called, names, pair.name, sample, framework))
        yield from losses
        if losses:
            return
    beside = _running_beside(function, called, point, given, framework)
    yield (function if beside is None else _of_one(called, given, beside, 0)), given, ""


def own_parts(pair: Pair, sample: Sample) -> Iterator[tuple[str, Any, Any]]:
    """The further arrays that such a function takes: name, function of that one, and point."""
    framework, function = _framework_of(pair.function), pair.function
    if is_module(function) or target_of(_plain(function)[1]):
        return
    point = next(points(sample))[1]
    given, called = framework.make(point), getattr(function, "apply", function)
    beside = _running_beside(function, called, point, given, framework) or {}
    for place, (name, value) in enumerate(beside.items(), start=1):
        held = _of_one(called, given, beside, place)
        if "float" in str(getattr(value, "dtype", "")) and _has_gradient(held, value, framework):
            yield name, held, value


def _has_gradient(function: Callable[[Any], Any], value: Any, framework: Framework) -> bool:
    """Whether the backward pass gives one: None says that there is none."""
    if framework.name != "PyTorch":
        return True
    one = import_module("torch").ones(())
    return torch_product(lambda leaf: function(leaf).sum(), value, one) is not None


def _of_one(called: Any, given: Any, beside: Mapping[str, Any], place: int) -> Callable[[Any], Any]:
    """The function of one of its arguments, with the others held."""

    def held(value: Any) -> Any:
        arguments = [given, *beside.values()]
        arguments[place] = value
        return called(*arguments)

    return held


def _running_beside(
    function: Any, called: Any, point: Any, given: Any, framework: Framework
) -> dict[str, Any] | None:
    """Arguments beside the first with which the function runs; None if it needs none, or fails."""
    for beside in _beside(function, np.asarray(point), framework):
        if is_finite_at(_of_one(called, given, beside, 0), given):
            return beside
    return None


def _beside(function: Any, x: Any, framework: Framework) -> Iterator[dict[str, Any]]:
    """Arguments beside the first, if it needs any, by name."""
    plain, names = _plain(function)
    if len(names) < 2:
        return
    for one in others(plain, x):
        values = {name: one[name] for name in names[1:]}
        yield {n: framework.make(v) if hasattr(v, "dtype") else v for n, v in values.items()}


def _plain(function: Any) -> tuple[Callable[..., Any], list[str]]:
    """Its forward pass without a context, and the names of what that needs."""
    plain: Callable[..., Any] = getattr(function, "forward", function)
    names = needed(plain) or []
    if names and names[0] in ("ctx", "context"):
        return partial(plain, None), names[1:]
    return plain, names


def _framework_of(given: Any) -> Framework:
    kinds = given.__mro__ if isinstance(given, type) else type(given).__mro__
    homes = [kind.__module__.partition(".")[0] for kind in kinds]
    return next(WITH_DERIVATIVES[home] for home in homes if home in WITH_DERIVATIVES)
