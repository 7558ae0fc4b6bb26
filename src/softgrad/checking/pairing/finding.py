"""All functions with their derivatives that an object, or the names of a file, hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from softgrad.checking.pairing.by_text import by_texts
from softgrad.checking.pairing.flags import flag_of
from softgrad.checking.pairing.matching import matches
from softgrad.checking.pairing.members import (
    brings_derivative,
    callables_of,
    home_of,
    is_function,
    is_module,
    main_method,
    methods_of,
)
from softgrad.checking.pairing.names import is_derivative
from softgrad.checking.pairing.pair import Pair
from softgrad.checking.pairing.tables import is_table, pairs_of_table
from softgrad.checking.pairing.together import gives_both
from softgrad.checking.pairing.words import words

_NUMPY = ("tanh", "exp", "sin", "cos", "sinh", "cosh", "arctan", "sqrt")


def pairs_of_names(
    names: Mapping[str, Any], home: str | None = None, within: str = ""
) -> list[Pair]:
    """The pairs among the names of a file, or of a table of functions.

    Args:
        names: what the names stand for.
        home: the module that they were written in: what comes from others may be a function, and
            is no derivative. None takes all.
        within: stands before the pairs' names.
    """
    own = {name: value for name, value in names.items() if _is_written_here(value, home)}
    shown = {name: value for name, value in own.items() if not name.startswith("__")}
    entries: dict[str, Any] = {}
    found: list[Pair] = []
    own_names: list[str] = []
    classes = [value for value in shown.values() if isinstance(value, type)]
    made: list[Any] = [type(value) for value in shown.values() if not isinstance(value, type)]
    for name, value in shown.items():
        if brings_derivative(value):
            found.append(Pair(within + name, name, "its own backward pass", value, kind="own"))
            own_names.append(name)
        elif isinstance(value, type):
            pairs = [] if value in made else pairs_of_object(value, within + name)
            found.extend(pairs)
            if not pairs and value not in made:
                entries.update(_single_function(name, value))
        elif is_table(value):
            found.extend(pairs_of_table(value, within + name, names))
        elif type(value) in classes:
            found.extend(pairs_of_object(value, within + name))
        if is_function(value) and not brings_derivative(value):
            entries[name] = value
    others = {name: value for name, value in names.items() if name not in own}
    others = {name: value for name, value in others.items() if is_function(value)}
    others = {**_of_numpy(entries), **others}
    for whole in own_names:  # the two rules of a custom_vjp are no pair of their own
        entries = {name: value for name, value in entries.items() if not name.startswith(whole)}
    functions = _of_functions(entries, others, within)
    return _once([*(each for one in functions for each in by_texts(one)), *found])


def pairs_of_object(given: Any, name: str = "") -> list[Pair]:
    """The pairs among the methods of a class or an object, best named first; nested ones after."""
    kind = given if isinstance(given, type) else type(given)
    name = name or str(getattr(given, "__name__", kind.__name__))
    if brings_derivative(given) or is_module(given):
        return [Pair(name, name, "its own backward pass", given, kind="own")]
    kept = {} if isinstance(given, type) else callables_of(given)
    methods = {**methods_of(kind), **kept}
    found: list[Pair] = []
    pairs = matches(methods, kind.__name__)
    for one in sorted(pairs, key=lambda one: -one.nearness):
        told = name if len(pairs) == 1 else f"{name}.{one.function}"
        names = (told, one.function, one.derivative)
        if one.function in kept and one.derivative in kept:
            two = (kept[one.function], kept[one.derivative])
            found.append(Pair(*names, *two, nearness=one.nearness))
        else:
            found.append(Pair(*names, owner=given, nearness=one.nearness))
    taken = {name for one in pairs for name in one[:2]}
    for method, function in methods.items():
        flag = None if method in taken else flag_of(_bound_form(kind, method, function))
        if flag is not None:
            said = f"{method}({flag.parameter}={flag.on!r})"
            found.append(Pair(f"{name}.{method}", method, said, None, flag, given, "flag"))
    for inner, value in vars(kind).items():
        if isinstance(value, type) and inner != "__class__":
            found.extend(pairs_of_object(value, f"{name}.{inner}"))
    return found


def _bound_form(kind: type, name: str, function: Any) -> Any:
    """The function without `self`, so far as its parameters are looked at."""
    if isinstance(vars(kind).get(name), staticmethod):
        return function
    return MethodType(function, object()) if isinstance(function, FunctionType) else function


def _of_functions(entries: Mapping[str, Any], others: Mapping[str, Any], within: str) -> list[Pair]:
    found: list[Pair] = []
    taken: set[str] = set()
    for one in matches(entries, others=others):
        function = entries.get(one.function, others.get(one.function))
        pair = Pair(
            within + one.function,
            one.function,
            one.derivative,
            function,
            entries[one.derivative],
            nearness=one.nearness,
        )
        taken.update(one[:2])
        found.append(pair)
    for name, function in entries.items():
        if name in taken or isinstance(function, type):
            continue
        flag = flag_of(function)
        if flag is not None:
            said = f"{name}({flag.parameter}={flag.on!r})"
            found.append(Pair(within + name, name, said, function, flag, kind="flag"))
        elif gives_both(function):
            found.append(Pair(within + name, name, "its second result", function, kind="together"))
    return found


def _of_numpy(entries: Mapping[str, Any]) -> dict[str, Any]:
    """NumPy's functions that a file has derivatives of: `tanh_prime` where `np.tanh` is called."""
    named = {word for name in entries if is_derivative(name) for word in words(name)}
    return {one: getattr(np, one) for one in _NUMPY if one in named and one not in entries}


def _single_function(name: str, kind: type) -> dict[str, Any]:
    """`class Sigmoid` and `class SigmoidDerivative`: a class that is one function."""
    return {} if main_method(kind) is None else {name: kind}


def _is_written_here(value: Any, home: str | None) -> bool:
    if home is None or not callable(value):
        return True
    if isinstance(value, type) or hasattr(value, "__code__"):
        return home_of(value) == home
    # `from numpy import *`; but a function that was vectorised here is from here.
    return isinstance(value, np.vectorize) or type(value).__module__.partition(".")[0] != "numpy"


def _once(pairs: list[Pair]) -> list[Pair]:
    """Without those that another name stands for as well."""
    seen: set[tuple[int, ...]] = set()
    found: list[Pair] = []
    for one in pairs:
        parts = (one.function, one.derivative, one.owner)
        key = (*(id(part) for part in parts), hash((one.function_name, one.derivative_name)))
        aliases = (id(one.function), id(one.derivative), id(one.owner), 0)
        mark = aliases if one.owner is None and one.derivative is not None else key
        if mark not in seen:
            seen.add(mark)
            found.append(one)
    return found
