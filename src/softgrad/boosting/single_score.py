"""The one score that minimises a loss, also where the loss has flat parts or several valleys."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from softgrad.contracts.loss import LivesOn
from softgrad.contracts.pair_facts import is_squared_error, is_target_free
from softgrad.layer import OutputLayer

FARTHEST = 34.5
"""Probabilities and rates of 1e-15, LightGBM's limit: beyond it a step comes to nothing."""

_HALVINGS = 200
# From a hundredth to the farthest score by steps of a tenth, and between the two neighbours of the
# best one closer and closer, until they agree in eight digits: next to a jump
# there is no change of sign that halving could find.
_NEAREST, _STEP = 0.01, 1.1
_LOOKS, _CLOSER, _CLOSE = 16, 5, 1e-8
_DOUBLINGS = 60
# Two sums of as many losses as there are rows agree to so many digits.
_ROUNDING = 1e-13

Function = Callable[[float], float]


def best_score(layer: OutputLayer, target: np.ndarray, weights: np.ndarray) -> float:
    """The score at which the weighted loss is least; of equal ones, one where it has a slope."""
    if is_squared_error(layer.activation, layer.loss):
        return float(np.average(target, weights=weights))
    distinct, where = np.unique(target, return_inverse=True, axis=0 if target.ndim > 1 else None)
    shares = np.bincount(where, weights=weights)

    def slopes(z: float) -> np.ndarray:
        with np.errstate(all="ignore"):
            return layer.gradient(np.full(len(distinct), z), distinct, sample_weight=shares)

    def cost(z: float) -> float:
        with np.errstate(all="ignore"):
            scores = np.full(len(distinct), z)
            total = float(np.sum(layer.value(scores, distinct, sample_weight=shares)))
        return np.inf if np.isnan(total) else total

    def slope(z: float) -> float:
        with np.errstate(all="ignore"):
            return float(np.sum(slopes(z)))

    low, high = _ends(layer, distinct)
    is_real = _is_real(layer)
    halved = _by_halving(slope, low, high, takes_end=is_real)
    if _has_one_valley(layer):
        return halved
    left, best, right = _by_looking(cost, _candidates(low, high, distinct))
    tried = [halved, _by_halving(slope, left, right, takes_end=is_real), best]
    costs = [cost(z) for z in tried]
    least = min(costs)
    bound = least + _ROUNDING * abs(least)
    equal = [z for z, found in zip(tried, costs, strict=True) if found <= bound]
    return next((z for z in equal if np.any(slopes(z))), equal[0])


def _is_real(layer: OutputLayer) -> bool:
    return layer.activation.link == "identity" and layer.loss.target_kind == "entries"


def _has_one_valley(layer: OutputLayer) -> bool:
    """Whether the loss is convex in the score for sure: its slope changes its sign once."""
    activation, loss = layer.activation, layer.loss
    if activation.link == "identity":
        return all(weight >= 0.0 and term.convex for weight, term in loss.terms)
    return activation.link is not None and is_target_free(activation, loss)


def _ends(layer: OutputLayer, distinct: np.ndarray) -> tuple[float, float]:
    """Between which scores the minimum is looked for."""
    if layer.loss.target_kind == "bounds":
        return -FARTHEST, FARTHEST
    bottom, top = float(distinct[0]), float(distinct[-1])
    if _is_real(layer):  # a loss of real values, not of scores, has its minimum among the targets
        of_scores = any(term.lives_on is LivesOn.LOGITS for _, term in layer.loss.terms)
        return (min(bottom, 0.0), max(top, 0.0)) if of_scores else (bottom, top)
    if layer.loss.target_kind != "entries":
        return -FARTHEST, FARTHEST

    def output(z: float) -> float:
        return float(layer.predict(np.array([z]))[0])

    return -_reach(lambda z: -output(-z), -bottom), _reach(output, top)


def _reach(output: Function, wanted: float) -> float:
    """How far out the output is as large as the largest target, where it grows that far."""
    end = FARTHEST
    for _ in range(_DOUBLINGS):
        if output(end) >= wanted or not output(2.0 * end) > 1.5 * abs(output(end)):
            break
        end *= 2.0
    return end


def _by_halving(slope: Function, low: float, high: float, *, takes_end: bool) -> float:
    """Where the slope changes its sign, perhaps in a jump."""
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        if slope(middle) < 0.0:
            low = middle
        else:
            high = middle
    return high if takes_end else 0.5 * (low + high)


def _candidates(low: float, high: float, distinct: np.ndarray) -> np.ndarray:
    farthest = max(-low, high, _NEAREST)
    sizes = np.geomspace(_NEAREST, farthest, 2 + int(np.log(farthest / _NEAREST) / np.log(_STEP)))
    values = distinct[np.linspace(0, len(distinct) - 1, _LOOKS).astype(np.intp)]
    every = np.concatenate([-sizes, sizes, values, [0.0, low, high]])
    return np.unique(every[(every >= low) & (every <= high)])


def _by_looking(cost: Function, scores: np.ndarray) -> tuple[float, float, float]:
    """The best of the scores, and its neighbours, closer in each round."""
    left, best, right = _best(cost, scores)
    for _ in range(_LOOKS):
        if right - left <= _CLOSE * abs(best):
            break
        halves = np.linspace(left, best, _CLOSER), np.linspace(best, right, _CLOSER)
        left, best, right = _best(cost, np.unique(np.concatenate(halves)))
    return left, best, right


def _best(cost: Function, scores: np.ndarray) -> tuple[float, float, float]:
    at = int(np.argmin([cost(float(z)) for z in scores]))
    around = scores[max(at - 1, 0)], scores[at], scores[min(at + 1, len(scores) - 1)]
    left, best, right = map(float, around)
    return left, best, right
