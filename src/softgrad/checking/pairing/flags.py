"""Functions with a parameter that switches to the derivative: `sigmoid(x, deriv=False)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from softgrad.checking.pairing.names import goes_backward, goes_forward, is_derivative
from softgrad.checking.pairing.words import any_of, words

_MODES = any_of("mode kind direction which what type pass")
_BACK_WORDS = ("backward", "derivative", "gradient", "grad", "deriv", "prime", "back")


class Flag(NamedTuple):
    """A parameter, and its values for the function and for the derivative."""

    parameter: str
    off: Any
    on: Any


def flag_of(function: Callable[..., Any]) -> Flag | None:
    """The parameter that switches to the derivative, or None."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None
    for one in parameters[1:]:
        said = is_derivative(one.name) or one.name in ("d", "derive")
        default = one.default
        if isinstance(default, bool) and said:
            return Flag(one.name, False, True)
        if isinstance(default, bool) and goes_forward(one.name):
            return Flag(one.name, True, False)
        if isinstance(default, str) or (default is one.empty and not said):
            flag = _of_text(function, one.name, default)
            if flag is not None:
                return flag
        if said and isinstance(default, int) and default == 0:
            return Flag(one.name, 0, 1)
        if said and default is one.empty and _is_tested(function, one.name):
            return Flag(one.name, False, True)
    return None


def _of_text(function: Callable[..., Any], name: str, default: Any) -> Flag | None:
    """`mode="forward"`: the other text stands in the function's code."""
    code = getattr(function, "__code__", None)
    texts = [one for one in getattr(code, "co_consts", ()) if isinstance(one, str)]
    if not isinstance(default, str):
        default = next((one for one in texts if goes_forward(one)), "")
        if not default:
            return None
    if not (_MODES.intersection(words(name)) or goes_forward(default)):
        return None
    back = [one for one in texts if is_derivative(one) and len(words(one)) <= 2]
    back = sorted(back, key=lambda one: (not goes_backward(one), one not in _BACK_WORDS))
    return Flag(name, default, back[0]) if back and not is_derivative(default) else None


def _is_tested(function: Callable[..., Any], name: str) -> bool:
    """Whether it asks `if name` before anything else is done with it."""
    source = _source(function)
    return any(
        text in source for text in (f"if {name}:", f"if not {name}:", f"if({name}", f"if ({name}")
    ) or any(f"{name} {sign} {value}" in source for sign in ("==", "is") for value in _TRUTHS)


_TRUTHS = ("True", "False")


def _source(function: Callable[..., Any]) -> str:
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""
