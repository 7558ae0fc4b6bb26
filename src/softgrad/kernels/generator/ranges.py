"""Between which bounds the values of a node lie, NaN apart: enough to choose cheaper functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, inf, isnan, log, log1p
from typing import TypeAlias

Bounds: TypeAlias = tuple[float, float]

ANYTHING: Bounds = (-inf, inf)
UNIT: Bounds = (0.0, 1.0)
NOT_NEGATIVE: Bounds = (0.0, inf)


def bounds_of(operation: str, arguments: Sequence[Bounds]) -> Bounds:
    """The bounds of a result from those of the arguments; anything, where nothing is known."""
    rule = _RULES.get(operation)
    if rule is None:
        return ANYTHING
    low, high = rule(*arguments)
    return (-inf if isnan(low) else low, inf if isnan(high) else high)


def is_moderate(bounds: Bounds) -> bool:
    """Whether a number may be inverted by an estimate: far from 0 and from overflow."""
    low, high = bounds
    return (low >= 1e-100 and high <= 1e100) or (high <= -1e-100 and low >= -1e100)


def _corners(operation: Callable[[float, float], float]) -> Callable[[Bounds, Bounds], Bounds]:
    def rule(a: Bounds, b: Bounds) -> Bounds:
        ends = [operation(x, y) for x in a for y in b]
        if any(isnan(end) for end in ends):  # infinity times 0
            return ANYTHING
        return min(ends), max(ends)

    return rule


def _quotient(a: Bounds, b: Bounds) -> Bounds:
    if b[0] > 0 or b[1] < 0:
        return _corners(lambda x, y: x / y)(a, b)
    return NOT_NEGATIVE if a[0] >= 0 and b[0] >= 0 else ANYTHING


def _monotone(function: Callable[[float], float]) -> Callable[[Bounds], Bounds]:
    return lambda x: (function(x[0]), function(x[1]))


def _absolute(x: Bounds) -> Bounds:
    low, high = x
    if low >= 0:
        return x
    return (-high, -low) if high <= 0 else (0.0, max(-low, high))


def _union(_: Bounds, a: Bounds, b: Bounds) -> Bounds:
    return min(a[0], b[0]), max(a[1], b[1])


def _exp(x: float) -> float:
    return exp(x) if x < 709.0 else inf


def _sum(a: Bounds, b: Bounds) -> Bounds:
    return a[0] + b[0], a[1] + b[1]


def _difference(a: Bounds, b: Bounds) -> Bounds:
    return a[0] - b[1], a[1] - b[0]


def _negative(x: Bounds) -> Bounds:
    return -x[1], -x[0]


def _maximum(a: Bounds, b: Bounds) -> Bounds:
    return max(a[0], b[0]), max(a[1], b[1])


def _minimum(a: Bounds, b: Bounds) -> Bounds:
    return min(a[0], b[0]), min(a[1], b[1])


def _hypot(a: Bounds, b: Bounds) -> Bounds:
    return max(_absolute(a)[0], _absolute(b)[0]), inf


def _always(bounds: Bounds) -> Callable[..., Bounds]:
    def rule(*_: Bounds) -> Bounds:
        return bounds

    return rule


def _log(x: float) -> float:
    return inf if x == inf else log(x) if x > 0.0 else -inf


_RULES: dict[str, Callable[..., Bounds]] = {
    "+": _sum,
    "-": _difference,
    "*": _corners(lambda x, y: x * y),
    "/": _quotient,
    "negative": _negative,
    "where": _union,
    "maximum": _maximum,
    "minimum": _minimum,
    "abs": _absolute,
    "exp": _monotone(_exp),
    "expm1": _monotone(lambda x: _exp(x) - 1.0),
    "log": _monotone(_log),
    "log1p": _monotone(lambda x: _log(1.0 + x) if abs(x) > 1e-3 else log1p(x)),
    "sqrt": _monotone(lambda x: max(x, 0.0) ** 0.5),
    "hypot": _hypot,
    "tanh": _always((-1.0, 1.0)),
    "sign": _always((-1.0, 1.0)),
    "p": _always(UNIT),
    "q": _always(UNIT),
    "normal_cdf": _always(UNIT),
    "mills_excess": _always((0.0, 0.8)),
}
