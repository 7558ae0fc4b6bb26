"""What a backward pass returns, by the names of the arguments that it is the derivative by."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np

from softgrad.checking.frameworks import Numbers
from softgrad.checking.parameters.gradient_names import gradient_of


def by_names(
    returned: Any, arguments: Mapping[str, Any], names: tuple[str, ...]
) -> dict[str, Numbers]:
    """The gradients, by argument.

    Args:
        returned: what the backward pass gave: an array, several, or a dictionary of them.
        arguments: of the forward pass, those that a derivative can be taken by.
        names: what its author calls what is returned, as `result_names` finds them.
    """
    if isinstance(returned, Mapping):
        return _of_table(cast(Mapping[str, Any], returned), arguments)
    parts = cast("tuple[Any, ...]", returned if isinstance(returned, tuple | list) else (returned,))
    if len(names) == len(parts):
        table = {name: part for name, part in zip(names, parts, strict=True) if part is not None}
        found = _of_table(table, arguments)
        if len(found) == len(table):
            return found
    return _in_order([np.asarray(one) for one in parts if one is not None], arguments)


def result_names(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names in `return dx, dw, db`, of every return alike; none where there are others."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return ()
    values = [one.value for one in ast.walk(tree) if isinstance(one, ast.Return)]
    found = {
        tuple(_name(part) for part in (one.elts if isinstance(one, ast.Tuple) else [one]))
        for one in values
        if one is not None
    }
    names = found.pop() if len(found) == 1 else ()
    return names if all(names) and len(set(names)) == len(names) else ()


def keep_results(layer: Any, returned: Any, function: Callable[..., Any]) -> None:
    """Leave gradients that were returned under names in the object, as others do by themselves."""
    if isinstance(returned, Mapping):
        table: dict[str, Any] = dict(cast(Mapping[str, Any], returned))
    else:
        names = result_names(function)
        parts = cast("tuple[Any, ...]", returned if isinstance(returned, tuple) else (returned,))
        table = dict(zip(names, parts, strict=True)) if len(names) == len(parts) else {}
    kept: dict[str, Any] = getattr(layer, "__dict__", {})
    for name, gradient in table.items():
        told = f"d{name}" if name in kept else name
        if gradient is not None and told not in kept:
            kept[told] = np.asarray(gradient)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _of_table(table: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Numbers]:
    keys = {name: gradient_of(name, table) or name for name in arguments}
    return {name: np.asarray(table[key]) for name, key in keys.items() if key in table}


def _in_order(given: list[Numbers], arguments: Mapping[str, Any]) -> dict[str, Numbers]:
    """In their order where the counts agree; else each to the first argument of its shape."""
    if len(given) == len(arguments):
        return dict(zip(arguments, given, strict=True))
    left = dict(arguments)
    found: dict[str, Numbers] = {}
    for one in given:
        name = next((n for n, value in left.items() if np.shape(value) == one.shape), None)
        if name is not None:
            found[name] = one
            del left[name]
    return found
