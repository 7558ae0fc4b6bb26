"""A function and its derivative, as they were found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

#: two      a function and another one, or methods of an owner
#: flag     one function, whose parameter switches to the derivative
#: together one function that gives its value and its derivative
#: own      a framework's function that brings its backward pass along
Kind = Literal["two", "flag", "together", "own"]


@dataclass(frozen=True, slots=True)
class Pair:
    """What is to be checked against what.

    Attributes:
        name: what it is called in a table: the function's, the class's, with a dot between.
        function_name: as its author calls it.
        derivative_name: likewise; with a flag, the flag's name and value.
        function: what is called; the class or instance for kind "own"; None for an owner's method.
        derivative: what is called; for kind "flag" the parameter's name and the two values;
            None for an owner's method, and for kinds "together" and "own".
        owner: the class, or instance, whose methods the two are; None for functions.
        kind: how the two belong together.
        nearness: how well the names go together, of 100.
    """

    name: str
    function_name: str
    derivative_name: str
    function: Any = None
    derivative: Any = None
    owner: Any = None
    kind: Kind = "two"
    nearness: int = 100


def line_of(pair: Pair) -> int:
    """Where in its file the derivative begins; 0 where nobody knows."""
    method = pair.derivative_name if pair.kind == "two" else pair.function_name
    written = pair.derivative if pair.kind == "two" else pair.function
    found = written if pair.owner is None else getattr(pair.owner, method, None)
    found = getattr(found, "__func__", found)
    own = getattr(found, "backward", None) if pair.kind == "own" else None
    code = getattr(own or found, "__code__", None)
    return int(getattr(code, "co_firstlineno", 0))
