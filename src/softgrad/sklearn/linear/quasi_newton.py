"""L-BFGS, with a line search that also serves functions with kinks.

SciPy's asks for a slope that is small in size (strong Wolfe), which no point next to a kink has:
it gives up there. Asking only that the slope is no longer steep downhill (weak Wolfe), found by
doubling and halving, lets the method go on across kinks and infinities.
Source: Lewis and Overton 2013, Nonsmooth optimization via quasi-Newton methods, algorithm 2.6.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

import numpy as np

from softgrad.sklearn.linear.descent import Descent, largest

Function = Callable[[np.ndarray], tuple[float, np.ndarray]]
Pair = tuple[np.ndarray, np.ndarray, float]

_DECREASE, _CURVATURE = 1e-4, 0.9
_TRIALS = 50
_TINY = 1e-12


class Curvature(Protocol):
    """What steps have taught of the inverse Hessian H."""

    def times(self, gradient: np.ndarray) -> np.ndarray:
        """H gradient."""
        ...

    def learn(self, change: np.ndarray, turn: np.ndarray) -> None:
        """From a step, and what it changed the gradient by."""
        ...

    def forget(self) -> bool:
        """Begin anew; whether there was something to forget."""
        ...


class Limited:
    """Of the last steps (Nocedal 1980): as little memory as those take."""

    def __init__(self, steps: int) -> None:
        self._known: deque[Pair] = deque(maxlen=steps)

    def times(self, gradient: np.ndarray) -> np.ndarray:
        """By two loops over the steps."""
        q = gradient.copy()
        shares: list[float] = []
        for change, turn, bend in reversed(self._known):
            share = float(change @ q) / bend
            shares.append(share)
            q -= share * turn
        if self._known:
            _, turn, bend = self._known[-1]
            q *= bend / float(turn @ turn)
        for (change, turn, bend), share in zip(self._known, reversed(shares), strict=True):
            q += (share - float(turn @ q) / bend) * change
        return q

    def learn(self, change: np.ndarray, turn: np.ndarray) -> None:
        """The oldest step is forgotten for it."""
        bend = float(change @ turn)
        if _is_reliable(bend, turn):
            self._known.append((change, turn, bend))

    def forget(self) -> bool:
        """All steps."""
        has_known = bool(self._known)
        self._known.clear()
        return has_known


class Whole:
    """Of all steps (BFGS), as a matrix: across kinks it is worth its memory."""

    def __init__(self) -> None:
        self._matrix: np.ndarray | None = None

    def times(self, gradient: np.ndarray) -> np.ndarray:
        """By the matrix."""
        return gradient.copy() if self._matrix is None else self._matrix @ gradient

    def learn(self, change: np.ndarray, turn: np.ndarray) -> None:
        """A change of rank two (Nocedal and Wright 2006, equation 6.17)."""
        bend = float(change @ turn)
        if not _is_reliable(bend, turn):
            return
        inverse = self._matrix
        if inverse is None:
            inverse = np.eye(len(change)) * (bend / float(turn @ turn))
        image = inverse @ turn
        along = np.outer(change, change) * (1.0 + float(turn @ image) / bend)
        across = np.outer(change, image) + np.outer(image, change)
        self._matrix = inverse + (along - across) / bend

    def forget(self) -> bool:
        """The matrix."""
        has_known = self._matrix is not None
        self._matrix = None
        return has_known


def minimise(
    function: Function, x: np.ndarray, descent: Descent, curvature: Curvature
) -> np.ndarray:
    """The point that was reached from x.

    Args:
        function: value and gradient.
        x: to start from.
        descent: what ends it, and hears of it.
        curvature: what steps are scaled by, still empty.
    """
    value, gradient = function(x)
    first = min(1.0, 1.0 / max(largest(gradient), _TINY))
    while descent.goes_on(gradient):
        direction = -curvature.times(gradient)
        slope = float(direction @ gradient)
        if not slope < 0.0:
            curvature.forget()
            direction, slope = -gradient, -float(gradient @ gradient)
        step, new_value, new_gradient = _search(function, x, value, slope, direction, first)
        if not new_value < value and not largest(new_gradient) < largest(gradient):
            descent.is_stuck = not curvature.forget()  # where not even straight on is down
            first = min(1.0, 1.0 / max(largest(gradient), _TINY))
            continue
        change = step * direction
        curvature.learn(change, new_gradient - gradient)
        x, value, gradient, first = x + change, new_value, new_gradient, 1.0
        descent.note(value, gradient)
    return x


def _is_reliable(bend: float, turn: np.ndarray) -> bool:
    """Whether the function bends upwards there, by more than rounding."""
    return bend > _TINY * float(turn @ turn)


def _search(
    function: Function,
    x: np.ndarray,
    value: float,
    slope: float,
    direction: np.ndarray,
    step: float,
) -> tuple[float, float, np.ndarray]:
    """A step that lowers the function by enough, to where it falls less steeply."""
    low, high = 0.0, np.inf
    best = 0.0, value, np.full_like(x, np.inf)
    for _ in range(_TRIALS):
        found, gradient = function(x + step * direction)
        is_finite = np.isfinite(found) and bool(np.all(np.isfinite(gradient)))
        if not is_finite or found > value + _DECREASE * step * slope:
            high = step
        elif float(direction @ gradient) < _CURVATURE * slope:
            low, best = step, (step, found, gradient)
        else:
            return step, found, gradient
        step = 2.0 * low if high == np.inf else 0.5 * (low + high)
        if high - low <= 1e-14 * high:
            break
    return best
