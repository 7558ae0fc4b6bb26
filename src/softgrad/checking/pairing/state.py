"""Objects whose backward pass uses what their forward pass kept."""

from __future__ import annotations

import dis
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from itertools import pairwise
from types import CodeType
from typing import Any, cast

from softgrad.checking.copying import copied
from softgrad.checking.pairing.binding import settings_of
from softgrad.checking.pairing.words import words

_RESULTS = (
    *("output", "outputs", "out", "result", "value", "loss", "probs", "probabilities"),
    *("activations", "activation", "y", "yhat", "a", "h", "p", "s"),
)
_GRADIENTS = ("dinputs", "dinput", "dx", "dz", "grad", "gradient", "delta", "derivative", "dprev")


class State:
    """An object and its two passes.

    Args:
        instance: the object.
        forward: its method.
        backward: its other one.

    Attributes:
        settings: what the forward pass needs beside its arrays, such as `training`.
        shared: the attributes that the forward pass sets and the backward pass reads.
        is_used: whether the backward pass reads what the forward pass sets, or leaves its result
            in an attribute.
    """

    def __init__(self, instance: Any, forward: str, backward: str) -> None:
        self.instance = instance
        self.forward_name, self._backward = forward, backward
        self.settings = settings_of(getattr(instance, forward), 1, 1)
        kind = cast(Any, type)(instance)
        read = names_read(kind, backward)
        kept: dict[str, Any] = getattr(instance, "__dict__", {})
        tables = {name for name, value in kept.items() if isinstance(value, dict | list)}
        shared = names_set(kind, forward) | (tables & names_read(kind, forward))
        self.shared = shared & read
        leaves = bool(names_set(kind, backward)) and returns_nothing(kind, backward)
        self.is_used = forward != backward and (bool(self.shared) or leaves)

    def forward(self, *given: Any) -> Any:
        """What the forward pass gives, or keeps where it gives nothing."""
        return self._outcome(self.forward_name, given, _RESULTS, self.settings)

    def backward(self, *given: Any) -> Any:
        """The same of the backward pass."""
        return self._outcome(self._backward, given, _GRADIENTS, {})

    def copied(self) -> State:
        """The same of a copy, where a pass changes the object for good."""
        other = copy(self)
        other.instance = copied(self.instance)
        return other

    def _outcome(
        self, method: str, given: tuple[Any, ...], names: Iterable[str], fixed: Mapping[str, Any]
    ) -> Any:
        kept: dict[str, Any] = getattr(self.instance, "__dict__", {})
        before = dict(kept)
        found = getattr(self.instance, method)(*given, **fixed)
        if found is not None:
            return found
        changed = [name for name, value in kept.items() if before.get(name) is not value]
        arrays = [one for one in changed if _is_numbers(kept[one])]
        said = {"".join(words(name)): name for name in reversed(arrays)}
        best = next((said[name] for name in names if name in said), arrays[-1] if arrays else None)
        return None if best is None else kept[best]


def names_read(kind: type, method: str) -> set[str]:
    """The attributes that a method looks at, through other methods of the class too."""
    return {name for code in _codes(kind, method) for name in code.co_names}


def names_set(kind: type, method: str) -> set[str]:
    """The attributes that a method sets, through other methods of the class too."""
    return {
        str(one.argval)
        for code in _codes(kind, method)
        for one in dis.get_instructions(code)
        if one.opname == "STORE_ATTR"
    }


def returns_nothing(kind: type, method: str) -> bool:
    """Whether a method has no `return` with a value."""
    function = getattr(kind, method, None)
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    if code is None:
        return False
    does = list(dis.get_instructions(code))
    ends = [before for before, one in pairwise(does) if one.opname == "RETURN_VALUE"]
    return all(one.opname == "LOAD_CONST" and one.argval is None for one in ends)


def _codes(kind: type, method: str) -> Iterator[CodeType]:
    waiting, seen = [method], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for whole in _written(kind, name):
            for one in _with_inner(whole):
                yield one
                known = (other for other in one.co_names if callable(getattr(kind, other, None)))
                waiting.extend(known)


def _written(kind: type, method: str) -> Iterator[CodeType]:
    """The code of a method, and what it stands for in the classes below, which `super` calls."""
    for one in kind.__mro__:
        function = vars(one).get(method)
        code = getattr(getattr(function, "__func__", function), "__code__", None)
        if code is not None:
            yield code


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _with_inner(one)


def _is_numbers(value: Any) -> bool:
    return isinstance(value, float) or hasattr(value, "dtype")
