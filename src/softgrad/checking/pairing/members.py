"""What in a class, an object, a file may be a function, or a derivative."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Mapping
from typing import Any, cast

from softgrad.checking.pairing.names import goes_forward

#: Methods that are neither, whatever else a class has.
_SPECIAL = frozenset({"__call__"})


def methods_of(kind: type) -> dict[str, Any]:
    """Its own and inherited functions by name: static, class and instance methods, no properties.

    Those that are there to be overridden, and raise or do nothing, are left out.
    """
    found: dict[str, Any] = {}
    for one in reversed(kind.__mro__[:-1]):
        for name, value in vars(one).items():
            if name.startswith("__") and name.endswith("__") and name not in _SPECIAL:
                continue
            plain = _plain(value)
            if plain is not None and not is_empty(plain):
                found[name] = plain
            elif not callable(value) or plain is not None:
                found.pop(name, None)
    return found


def main_method(kind: type) -> str | None:
    """The one method by which an object of the class is a function; None where there are more."""
    methods = methods_of(kind)
    called = [one for one in methods if one == "__call__" or goes_forward(one)]
    public = called or [one for one in methods if not one.startswith("_")]
    return public[0] if called or len(public) == 1 else None


def callables_of(instance: Any) -> dict[str, Any]:
    """The functions that an object keeps under names of its own."""
    kept: Mapping[str, Any] = getattr(instance, "__dict__", {})
    return {name: value for name, value in kept.items() if is_function(value)}


def is_function(value: Any) -> bool:
    """Whether it is to be called as it is, and no class."""
    return callable(value) and not isinstance(value, type)


def is_empty(function: Callable[..., Any]) -> bool:
    """Whether its body only raises NotImplementedError, or is `pass`."""
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    if getattr(function, "__isabstractmethod__", False):
        return True
    does = [one for one in dis.get_instructions(code) if one.opname not in _IDLE]
    if any(one.argval in ("NotImplementedError", "NotImplemented") for one in does):
        return len(does) <= _MOST_OF_A_STUB
    return all(one.opname in _NOTHING and one.argval is None for one in does)


_IDLE = frozenset({"RESUME", "NOP", "PRECALL", "PUSH_NULL", "CACHE", "COPY_FREE_VARS"})
_NOTHING = frozenset({"LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"})
_MOST_OF_A_STUB = 8


def _plain(value: Any) -> Any:
    """The function of a method; None for what is none."""
    if isinstance(value, staticmethod | classmethod):
        return cast(Any, value).__func__
    return value if inspect.isroutine(value) else None


def home_of(value: Any) -> str:
    """The name of the module that a function or class was written in; "" where nobody knows."""
    return str(getattr(value, "__module__", "") or "")


def brings_derivative(value: Any) -> bool:
    """Whether it is a framework's function with a backward pass of its own, that somebody wrote."""
    if isinstance(value, type):
        bases = {f"{one.__module__}.{one.__qualname__}" for one in value.__mro__}
        return "torch.autograd.function.Function" in bases
    kind = cast(Any, type)(value)
    return kind.__module__.startswith("jax") and kind.__name__ in ("custom_vjp", "custom_jvp")


def is_module(value: Any) -> bool:
    """Whether it is a PyTorch module, or a class of those."""
    kinds = value.__mro__ if isinstance(value, type) else type(value).__mro__
    return any(
        f"{one.__module__}.{one.__name__}" == "torch.nn.modules.module.Module" for one in kinds
    )
