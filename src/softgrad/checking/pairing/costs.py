"""Readings of a cost by its weights: `cost(theta, X, y)` and `gradient(theta, X, y)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from softgrad.checking.frameworks import Numbers
from softgrad.checking.pairing.binding import needed
from softgrad.checking.pairing.points import is_finite_at
from softgrad.checking.pairing.reading import Reading
from softgrad.checking.pairing.roles import setting, target_likeness
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.pairing.words import any_of, words

_WEIGHTS = any_of("w weight weights theta thetas beta coef coefs params parameters")
_DATA = any_of("x xs data features inputs input samples")
_BIAS = any_of("b bias intercept")
_OF_SIGNS = any_of("hinge perceptron svm margin")
_ROWS, _CLASSES = 6, 4


def readings_of_cost(
    function: Callable[..., Any],
    derivative: Callable[..., Any],
    name: str,
    said: str,
    sample: Sample,
) -> Iterator[Reading]:
    """The derivative of a number by the weights, in the first shapes in which both run."""
    names, theirs = needed(function) or [], needed(derivative) or []
    choices = _choices(names, said, sample)
    if choices is None or len(theirs) != len(names):
        return
    order = theirs if set(theirs) == set(names) else names
    weights = next(one for one in names if _is(one, _WEIGHTS))
    fixed = [_keywords(function), _keywords(derivative)]
    for taken in product(*choices):
        given = dict(zip(names, taken, strict=True))

        def cost(w: Any, given: dict[str, Any] = given) -> Any:
            return function(*({**given, weights: w}[one] for one in names), **fixed[0])

        def slope(w: Any, given: dict[str, Any] = given) -> Any:
            return derivative(*({**given, weights: w}[one] for one in order), **fixed[1])

        if _fit(cost, slope, given[weights]):
            shapes = ", ".join(f"{one} of shape {np.shape(a)}" for one, a in given.items())
            yield Reading(cost, slope, given[weights], name, f"by {weights}: {shapes}")


def _choices(names: list[str], said: str, sample: Sample) -> list[list[Any]] | None:
    """Arrays for each parameter; None where it is no cost of weights, data and targets."""
    rng = np.random.default_rng(sample.seed)
    entries = sample.entries - 1
    data = rng.standard_normal((_ROWS, entries))
    labels = np.arange(_ROWS) % _CLASSES
    sides = (np.arange(_ROWS) % 2).astype(np.float64)
    if _OF_SIGNS.intersection(words(said)):
        sides = 2.0 * sides - 1.0
    hot = np.eye(_CLASSES)[labels]
    weights = [(entries,), (entries, 1), (_CLASSES, entries), (entries, _CLASSES)]
    found: list[list[Any]] = []
    kinds: list[str] = []
    for name in names:
        if _is(name, _WEIGHTS):
            kinds.append("weights")
            found.append([0.5 * rng.standard_normal(shape) for shape in weights])
        elif _is(name, _DATA):
            kinds.append("data")
            found.append([data, data.T])
        elif target_likeness(name) > 0:
            kinds.append("target")
            found.append([sides, sides[:, None], labels, hot, hot.T])
        elif _is(name, _BIAS):
            found.append([0.3])
        else:
            value = setting(name)
            found.append([0.3 if value is None else value])
    return found if sorted(kinds) == ["data", "target", "weights"] else None


def _is(name: str, known: frozenset[str]) -> bool:
    return bool(known.intersection(words(name)))


def _keywords(function: Callable[..., Any]) -> dict[str, Any]:
    """What must be given by name."""
    parameters = inspect.signature(function).parameters.values()
    wanted = [one.name for one in parameters if one.kind is one.KEYWORD_ONLY]
    known = {one: setting(one) for one in wanted}
    return {one: 0.3 if value is None else value for one, value in known.items()}


def _fit(cost: Callable[[Any], Any], slope: Callable[[Any], Any], weights: Numbers) -> bool:
    """Whether there is a number, and a derivative like the weights."""
    if not is_finite_at(cost, weights) or np.size(cost(weights)) != 1:
        return False
    try:
        return np.shape(slope(weights)) == weights.shape
    except Exception:  # it wants another shape
        return False
