"""The parameters of somebody's derivative."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a function may be called with.

    Attributes:
        needed: names of the positional parameters that it cannot do without.
        optional: names of those that it can.
        takes_more: whether it takes any number of arguments, or nobody knows.
    """

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    takes_more: bool = False


def parameters_of(function: Callable[..., Any]) -> Parameters:
    """The positional parameters of a function; of one argument where nobody knows."""
    if isinstance(function, np.ufunc):  # its others are arrays to write into
        return Parameters(("",) * function.nin)
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # of a function in C
        return Parameters(("",))
    positional = [p for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return Parameters(
        tuple(p.name for p in positional if p.default is p.empty),
        tuple(p.name for p in positional if p.default is not p.empty),
        any(p.kind is p.VAR_POSITIONAL for p in found),
    )


def name_of(function: Any) -> str:
    """A short name of a function, as its author knows it."""
    inner = getattr(function, "func", function)  # a functools.partial
    name = getattr(inner, "__name__", type(inner).__name__)
    return "derivative" if name == "<lambda>" else str(name)


def is_of_the_call(error: BaseException) -> bool:
    """Whether a call was refused for the number of its arguments, before anything ran."""
    if not isinstance(error, TypeError) or error.__traceback__ is None:
        return False
    # What was raised within the function has the function's own frame below the caller's.
    return error.__traceback__.tb_next is None
