"""One function for many, by a text: `act(x, "relu")` beside `act_prime(x, "relu")`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any, cast

from softgrad.checking.pairing.binding import bound
from softgrad.checking.pairing.pair import Pair
from softgrad.checking.pairing.roles import parameters
from softgrad.checking.pairing.words import any_of, words

_NAMES = any_of("name type kind func function activation act fn method which loss mode choice")
_MOST_LETTERS = 24


def by_texts(pair: Pair) -> list[Pair]:
    """A pair for each text that both know; the pair itself where they take none."""
    if pair.owner is not None or pair.kind == "own" or not hasattr(pair.function, "__code__"):
        return [pair]
    second = pair.derivative if pair.kind == "two" else pair.function
    names = [_parameter(one) for one in (pair.function, second)]
    if pair.kind == "flag" and names[0] == pair.derivative.parameter:
        return [pair]
    if not all(names):
        return [pair]
    known = [one for one in _texts(pair.function) if one in set(_texts(second))]
    found: list[Pair] = []
    for text in known:
        function = bound(pair.function, {names[0]: text})
        derivative = bound(second, {names[1]: text}) if pair.kind == "two" else pair.derivative
        told = (f"{pair.name}({text!r})", pair.function_name, pair.derivative_name)
        found.append(Pair(*told, function, derivative, kind=pair.kind, nearness=pair.nearness))
    return found or [pair]


def _parameter(function: Callable[..., Any]) -> str:
    """The parameter that a text is given for; "" where there is none."""
    for one in parameters(function) or []:
        says = bool(_NAMES.intersection(words(one.name)))
        if says and (one.default is one.empty or isinstance(one.default, str)):
            return one.name
    return ""


def _texts(function: Callable[..., Any]) -> Iterator[str]:
    """The texts in its code that may be names of functions."""
    code: CodeType | None = getattr(function, "__code__", None)
    for one in dict.fromkeys(_constants(code)):
        if 1 < len(one) <= _MOST_LETTERS and one.replace("_", "").replace("-", "").isalnum():
            yield one


def _constants(code: CodeType | None) -> Iterator[str]:
    for one in code.co_consts if code is not None else ():
        if isinstance(one, str):
            yield one
        elif isinstance(one, tuple | frozenset):
            yield from (text for text in cast("tuple[Any, ...]", one) if isinstance(text, str))
