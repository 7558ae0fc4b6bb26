"""Operators as JAX's trees of arrays, so that functions that are transformed may return them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from softgrad.jax.untyped import jax
from softgrad.operators import Operator, Pivot
from softgrad.operators.state import MadeOfParts


def register() -> None:
    """Tell JAX of every kind of operator, and of what they are made of."""
    for kind in _kinds(Operator):
        jax.tree_util.register_pytree_node(kind, _flat, _operator(kind))
    names = [one.name for one in fields(Pivot)]
    jax.tree_util.register_dataclass(Pivot, data_fields=names, meta_fields=[])


def _kinds(kind: type) -> list[type]:
    found = [kind]
    for one in kind.__subclasses__():
        found += _kinds(one)
    return list(dict.fromkeys(found))


def _flat(operator: MadeOfParts) -> tuple[list[Any], tuple[Any, ...]]:
    """The arrays and operators that it is made of; what remains is part of its structure."""
    state = operator.__getstate__()
    parts = [name for name, value in state.items() if not _is_structure(value)]
    structure = tuple((name, state[name]) for name in state if name not in parts)
    return [state[name] for name in parts], (tuple(parts), structure)


def _is_structure(value: object) -> bool:
    return isinstance(value, str | int | float) or callable(value)


def _operator(kind: Any) -> Any:
    def rebuilt(structure: Any, parts: Any) -> Any:
        names, rest = structure
        made = kind.__new__(kind)
        made.__setstate__({**dict(zip(names, parts, strict=True)), **dict(rest)})
        return made

    return rebuilt
