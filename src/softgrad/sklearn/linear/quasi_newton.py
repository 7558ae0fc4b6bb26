"""L-BFGS, with a line search that also serves functions with kinks.

SciPy's asks for a slope that is small in size (strong Wolfe), which no point next to a kink has:
it gives up there. Asking only that the slope is no longer steep downhill (weak Wolfe), found by
doubling and halving, lets the method go on across kinks and infinities.
Source: Lewis and Overton 2013, Nonsmooth optimization via quasi-Newton methods, algorithm 2.6.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np

from softgrad.sklearn.linear.descent import Descent, largest

Function = Callable[[np.ndarray], tuple[float, np.ndarray]]
Pair = tuple[np.ndarray, np.ndarray, float]

_DECREASE, _CURVATURE = 1e-4, 0.9
_TRIALS = 50


def minimise(function: Function, x: np.ndarray, descent: Descent, *, memory: int) -> np.ndarray:
    """The point that was reached from x.

    Args:
        function: value and gradient.
        x: to start from.
        descent: what ends it, and hears of it.
        memory: how many steps it remembers.
    """
    value, gradient = function(x)
    known: deque[Pair] = deque(maxlen=memory)
    while descent.goes_on(gradient):
        direction = -_scaled(gradient, known)
        slope = float(direction @ gradient)
        if not slope < 0.0:
            known.clear()
            direction, slope = -gradient, -float(gradient @ gradient)
        first = 1.0 if known else min(1.0, 1.0 / largest(gradient))
        step, new_value, new_gradient = _search(function, x, value, slope, direction, first)
        if not new_value < value and not largest(new_gradient) < largest(gradient):
            if not known:  # not even straight downhill
                descent.has_converged = True
                break
            known.clear()
            continue
        change, turn = step * direction, new_gradient - gradient
        bend = float(change @ turn)
        if bend > 1e-12 * float(turn @ turn):
            known.append((change, turn, bend))
        x, value, gradient = x + change, new_value, new_gradient
        descent.note(value, gradient)
    return x


def _scaled(gradient: np.ndarray, known: deque[Pair]) -> np.ndarray:
    """The inverse Hessian, as far as it is known, times the gradient (Nocedal 1980)."""
    q = gradient.copy()
    shares: list[float] = []
    for change, turn, bend in reversed(known):
        share = float(change @ q) / bend
        shares.append(share)
        q -= share * turn
    if known:
        _, turn, bend = known[-1]
        q *= bend / float(turn @ turn)
    for (change, turn, bend), share in zip(known, reversed(shares), strict=True):
        q += (share - float(turn @ q) / bend) * change
    return q


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
