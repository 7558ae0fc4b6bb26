"""Readings of a loss: of a prediction and a target, which is made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

import numpy as np

from softgrad.checking.calls.names import role_of
from softgrad.checking.frameworks import Numbers
from softgrad.checking.pairing.binding import bound, entry_by_entry, needed, of_lists
from softgrad.checking.pairing.maps import words_of_pass
from softgrad.checking.pairing.masks import arrays_of, masks_of
from softgrad.checking.pairing.narrow import has_nothing_to_divide_by
from softgrad.checking.pairing.output_layers import of_logits
from softgrad.checking.pairing.points import in_frameworks, is_finite_at, uses_all
from softgrad.checking.pairing.reading import Reading
from softgrad.checking.pairing.roles import is_mask, target_likeness
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.pairing.situations import Situation, situations
from softgrad.checking.pairing.state import State

#: From here on two names leave no doubt which of them is the target.
_CLEAR = 3.0


def target_places(first: str, second: str) -> tuple[int, ...]:
    """Which of two parameters is the target: the likelier one first, both where nobody knows."""
    lean = target_likeness(first) - target_likeness(second)
    if abs(lean) >= _CLEAR and max(len(first), len(second)) > 1:
        return (0,) if lean > 0 else (1,)
    return (0, 1) if lean > 0 else (1, 0)


def readings_of_loss(
    function: Callable[..., Any],
    derivative: Callable[..., Any],
    name: str,
    given: Any,
    said: str,
    sample: Sample,
) -> Iterator[Reading]:
    """A loss of two arrays and its derivative by the prediction, in kinds of targets and orders."""
    yield from _of_arrays(function, derivative, name, given, said, sample)
    # Code of plain numbers (`max(p, 1e-12)`, `math.log(p)`), or of lists.
    for wrapped, told in ((entry_by_entry, "entry by entry"), (of_lists, "as lists")):
        two = (wrapped(function), wrapped(derivative))
        for reading in _of_arrays(*two, name, given, said, sample):
            yield replace(reading, is_likely=False, beside=f"{reading.beside}, {told}")


def _of_arrays(
    function: Callable[..., Any],
    derivative: Callable[..., Any],
    name: str,
    given: Any,
    said: str,
    sample: Sample,
) -> Iterator[Reading]:
    names = arrays_of(function)
    theirs = [name for name in needed(derivative) or [] if name in names or not is_mask(name)]
    for place in target_places(names[0], names[1]):
        target = names[place]
        kinds = _situations(given, said, sample)
        for situation, held in ((kind, one) for kind in kinds for one in masks_of(function, kind)):
            loss = bound(function, {target: situation.target, **held})
            if not _runs(loss, situation, given):
                continue
            if not held and has_nothing_to_divide_by(function, target, situation):
                situation = situation._replace(is_likely=False)
            for told, composed, by_logits in of_logits(loss, derivative, theirs, situation.target):
                logits = situation._replace(x=_logits(situation.x))
                yield _reading(logits, told, composed, by_logits, name)
            beside = {one: held[one] for one in needed(derivative) or [] if one in held}
            slopes = [
                bound(derivative, {theirs[at]: situation.target, **beside})
                for at in _places(theirs, names, place)
            ]
            for told, reduced in _reductions(loss, situation.x):
                for slope in slopes or [bound(derivative, beside)]:
                    yield _reading(situation, told, reduced, slope, name)


def readings_of_loss_passes(
    state: State, name: str, given: Any, said: str, sample: Sample
) -> Iterator[Reading]:
    """A forward pass of prediction and target, and a backward pass after it."""
    wanted = needed(getattr(state.instance, state.forward_name)) or []
    names = [one for one in wanted if one not in state.settings]
    theirs = needed(getattr(state.instance, name)) or []
    called = f"{name} after {state.forward_name}"
    for place in target_places(names[0], names[1]):
        for situation in _situations(given, said, sample):

            def forward(x: Any, place: int = place, target: Any = situation.target) -> Any:
                return state.forward(*((target, x) if place == 0 else (x, target)))

            if not _runs(forward, situation, given):
                continue
            for plan in _plans(theirs):

                def backward(
                    x: Any,
                    forward: Callable[[Any], Any] = forward,
                    plan: tuple[str, ...] = plan,
                    target: Any = situation.target,
                ) -> Any:
                    y = forward(x)
                    meant = {"x": x, "y": _kept_output(state, y, x), "target": target, "g": 1.0}
                    return state.backward(*(meant.get(one, 0.0) for one in plan))

                made: Any = backward
                made.own_words = words_of_pass(state, name, situation.x, forward(situation.x))
                for told, reduced in _reductions(forward, situation.x):
                    reading = _reading(situation, told, reduced, backward, called)
                    yield replace(reading, is_of_input=True)


def _reading(
    situation: Situation, told: str, loss: Callable[[Any], Any], slope: Any, called: str
) -> Reading:
    beside = f"targets: {situation.name}{told}"
    return Reading(
        loss,
        slope,
        situation.x,
        called,
        beside,
        limit=situation.limit,
        is_loss=True,
        is_likely=situation.is_likely,
    )


def _plans(names: list[str]) -> list[tuple[str, ...]]:
    """What the parameters of a loss's backward pass may be, likeliest first."""
    if not names:
        return [()]
    targets = [name for name in names if target_likeness(name) > 0]
    found: list[tuple[str, ...]] = []
    for other in ("g", "x", "y"):
        plan: list[str] = []
        for name in names:
            if role_of(name) == "rate":
                plan.append("rate")
            elif name in targets:
                plan.append("target")
            elif role_of(name) == "vector" or len(names) == 1 or len(names) == len(targets) + 1:
                plan.append(other)
            else:
                plan.append("x")
        found.append(tuple(plan))
    return list(dict.fromkeys(found))


def _kept_output(state: State, y: Any, x: Any) -> Any:
    """The prediction that an object keeps beside its loss, where it has an activation in it."""
    kept: dict[str, Any] = getattr(state.instance, "__dict__", {})
    inner = [one for value in kept.values() for one in getattr(value, "__dict__", {}).values()]
    shape = np.shape(x)
    alike = [one for one in (*kept.values(), *inner) if hasattr(one, "dtype")]
    alike = [one for one in alike if one.shape == shape and not np.array_equal(one, x)]
    return alike[-1] if alike else y


def _logits(x: Any) -> Any:
    """Real numbers of the shape of predictions."""
    return np.random.default_rng(4).standard_normal(np.shape(x))


def _situations(given: Any, said: str, sample: Sample) -> Iterator[Situation]:
    if given is None:
        known = situations(said, sample)
    else:
        shape = np.shape(given)
        rows = shape[0] if len(shape) > 1 else 1
        entries = shape[-1] if shape else 1
        known = situations(said, sample._replace(rows=rows, entries=entries))
        known = [one._replace(x=given) for one in known if np.shape(one.x) == shape]
    for one in known:
        for told, x in in_frameworks(one.x, sample.frameworks):
            if not told:
                yield one
            else:
                targets = dict(in_frameworks(np.asarray(one.target), sample.frameworks))
                target = targets.get(told, one.target)
                yield one._replace(name=f"{one.name}, {told}", x=x, target=target)


def _runs(loss: Callable[[Any], Any], situation: Situation, given: Any) -> bool:
    x = situation.x
    if not is_finite_at(loss, x):
        return False
    return given is not None or not isinstance(x, np.ndarray) or uses_all(loss, x)


def _places(theirs: list[str], names: list[str], place: int) -> list[int]:
    """Which of the derivative's parameters may be the target."""
    if names[place] in theirs:
        return [theirs.index(names[place])]
    if len(theirs) < 2:
        return []
    likely = sorted(range(len(theirs)), key=lambda at: -target_likeness(theirs[at]))
    best = likely[0]
    if target_likeness(theirs[best]) > 0:
        return [best]
    return (
        [place, *(at for at in likely if at != place)][:2]
        if len(theirs) == len(names)
        else likely[:2]
    )


def _reductions(loss: Callable[[Any], Any], x: Any) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """The loss as it is; its mean and its sum where it is a number a row or an entry."""
    yield "", loss
    found = loss(x)
    if isinstance(found, tuple) or np.ndim(found) == 0 or not isinstance(x, np.ndarray):
        return
    for told, reduced in ((", the mean over all", np.mean), (", the sum over all", np.sum)):
        yield told, _reduced(loss, reduced)


def _reduced(loss: Callable[[Any], Any], how: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: how(loss(x))


def may_be_gradient(reading: Reading) -> bool:
    """Whether the derivative agrees with a difference of the loss along one direction, roughly.

    Many targets are tried: those that cannot be right are passed over at the price of three calls.
    """
    given: Any = reading.x
    if not isinstance(given, np.ndarray):
        return True
    x = cast(Numbers, given)
    step = 1e-5 * np.random.default_rng(2).uniform(0.5, 1.0, x.shape)
    with np.errstate(all="ignore"):
        try:
            slope = np.asarray(reading.derivative(x.copy()), dtype=np.float64)
            up, down = (np.sum(reading.function(x + sign * step)) for sign in (1.0, -1.0))
        except Exception:  # what is given an upstream gradient, or fails, is looked at in full
            return True
    if slope.shape != x.shape:
        return True
    found, wanted = float(np.sum(slope * step)), float(up - down) / 2.0
    return abs(found - wanted) <= 1e-3 * abs(wanted) + 1e-12
