"""A function with some of its parameters set, which still tells the names of the others."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial, update_wrapper
from typing import Any

import numpy as np

from softgrad.checking.pairing.roles import is_count, parameters, setting


def bound(function: Callable[..., Any], values: Mapping[str, Any]) -> Callable[..., Any]:
    """The function of its other parameters, in their order.

    Args:
        function: whose signature is known.
        values: by parameter name.
    """
    if not values:
        return function
    signature = inspect.signature(function)
    free = [one for one in signature.parameters.values() if one.name not in values]

    def call(*arguments: Any, **named: Any) -> Any:
        given = dict(zip((one.name for one in free), arguments, strict=False))
        together = {**values, **given, **named}
        positional: list[Any] = []
        by_name: dict[str, Any] = {}
        for one in signature.parameters.values():
            if one.name not in together:
                continue
            if one.kind is one.KEYWORD_ONLY or len(positional) < _place(signature, one.name):
                by_name[one.name] = together[one.name]
            else:
                positional.append(together[one.name])
        return function(*positional, **by_name)

    try:
        update_wrapper(call, function)
    except (AttributeError, TypeError):  # what has no name
        call.__name__ = type(function).__name__
    made: Any = call
    made.__signature__ = signature.replace(parameters=free)
    # For who asks whether theirs is the derivative by one of these.
    made.held, made.holding = values, partial(bound, function)
    return made


def _place(signature: inspect.Signature, name: str) -> int:
    return list(signature.parameters).index(name)


def entry_by_entry(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of plain numbers, over arrays of one shape."""

    def call(*arrays: Any) -> Any:
        shape = np.shape(arrays[0])
        lists = [np.broadcast_to(np.asarray(one), shape).ravel().tolist() for one in arrays]
        return np.array([function(*one) for one in zip(*lists, strict=True)]).reshape(shape)

    update_wrapper(call, function)
    return call


def of_lists(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of lists, over arrays."""

    def call(*arrays: Any) -> Any:
        return np.array(function(*(np.asarray(one).tolist() for one in arrays)))

    update_wrapper(call, function)
    return call


def needed(function: Callable[..., Any]) -> list[str] | None:
    """The names of the parameters without a default; None where nobody knows."""
    found = parameters(function)
    return None if found is None else [one.name for one in found if one.default is one.empty]


def settings_of(function: Callable[..., Any], rows: int, entries: int) -> dict[str, Any]:
    """Values for needed parameters that are no arrays by their names: `alpha`, `axis`, `m`."""
    names = needed(function) or []
    found: dict[str, Any] = {}
    for place, name in enumerate(names):
        value = setting(name, is_first=place == 0)
        if value is None and place > 0 and is_count(name):
            value = rows
        if value is not None:
            found[name] = value
    return found


def alike(function: Callable[..., Any], derivative: Callable[..., Any]) -> dict[str, Any]:
    """What the derivative needs and the function has a default for."""
    defaults = {
        one.name: one.default for one in parameters(function) or [] if one.default is not one.empty
    }
    wanted = needed(derivative) or []
    return {name: defaults[name] for name in wanted[1:] if name in defaults}
