"""Where a function may be asked: read off the caller's own point.

What lies in the open unit interval is taken for probabilities, rows that sum to 1 for
distributions; a point that leaves such a set is one that no derivative was written for.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from softgrad.checking.frameworks import Numbers

#: From standard normal noise of x's shape, and how far to go, to another point of the domain. With
#: a reach of 1 numbers are brought down to about 1 first; with less they stay near x.
Move = Callable[[Numbers, float], Numbers]

_SAME = 1e-5
#: How far inside of an interval its points are to stay.
_MARGIN = 0.02


def moves_in_domain(x: Numbers, function: Callable[[Numbers], Numbers] | None = None) -> Move:
    """How x can be moved within its domain.

    Args:
        x: a point, in the caller's shape.
        function: of such points; whether numbers between -1 and 1 may leave that interval is read
            off it.
    """
    if _is_symmetric(x):
        return lambda noise, reach: _congruent(x, noise, reach)
    if np.all(x >= 0.0) and np.any(x > 0.0):
        for axis in (*range(x.ndim - 1, -1, -1), None):
            if _is_constant(np.sum(x, axis=axis), x, axis):
                return lambda noise, reach, axis=axis: _distribution(x, noise, reach, axis)
    for axis in range(x.ndim - 1, -1, -1):
        if _is_constant(np.sum(x * x, axis=axis), x, axis):
            return lambda noise, reach, axis=axis: _of_unit_length(x, noise, reach, axis)
    if np.all((x >= 0.0) & (x <= 1.0)) and np.any(x > 0.0):
        return lambda noise, reach: _between(x, noise, reach, 0.0, 1.0)
    if np.all(x > 0.0):
        return lambda noise, reach: _brought_down(x, reach) * np.exp(0.4 * reach * noise)
    if np.max(np.abs(x), initial=0.0) < 1.0 and function is not None and _ends(function, x):
        return lambda noise, reach: _between(x, noise, reach, -1.0, 1.0)
    return lambda noise, reach: (
        _brought_down(x, reach) + 0.8 * reach * noise * (1.0 if reach == 1.0 else _size(x))
    )


def _size(x: Numbers) -> Numbers:
    """Of each row's largest number, but at least 1."""
    axis = -1 if x.ndim else None
    return np.maximum(1.0, np.max(np.abs(x), axis=axis, keepdims=True, initial=0.0))


def _brought_down(x: Numbers, reach: float) -> Numbers:
    return (x / _size(x)).reshape(x.shape) if reach == 1.0 else x


def _is_constant(sums: Numbers, x: Numbers, axis: int | None) -> bool:
    """Whether the sums over an axis, of more than one number, are all 1."""
    count = x.size if axis is None else x.shape[axis]
    return count > 1 and bool(np.all(np.abs(sums - 1.0) < _SAME))


def _is_symmetric(x: Numbers) -> bool:
    square = x.ndim == 2 and x.shape[0] == x.shape[1] > 1
    return square and np.array_equal(x, x.T) and bool(np.any(x))


def _congruent(x: Numbers, noise: Numbers, reach: float) -> Numbers:
    """E x E^T: symmetric, and positive definite where x is."""
    mixing = np.eye(len(x)) + 0.3 * reach * noise / np.sqrt(len(x))
    return mixing @ (x / np.max(_size(x)) if reach == 1.0 else x) @ mixing.T


def _distribution(x: Numbers, noise: Numbers, reach: float, axis: int | None) -> Numbers:
    count = x.size if axis is None else x.shape[axis]
    inside = (1.0 - _MARGIN) * x + _MARGIN / count
    moved = inside * np.exp(0.6 * reach * noise)
    return moved / np.sum(moved, axis=axis, keepdims=True)


def _of_unit_length(x: Numbers, noise: Numbers, reach: float, axis: int) -> Numbers:
    if np.all(x > 0.0):
        moved = x * np.exp(0.4 * reach * noise)
    else:
        moved = x + 0.5 * reach * noise / np.sqrt(x.shape[axis])
    return moved / np.sqrt(np.sum(moved * moved, axis=axis, keepdims=True))


def _between(x: Numbers, noise: Numbers, reach: float, low: float, high: float) -> Numbers:
    part = np.clip((x - low) / (high - low), _MARGIN, 1.0 - _MARGIN)
    logit = np.log(part / (1.0 - part)) + 0.8 * reach * noise
    return low + (high - low) / (1.0 + np.exp(-logit))


def _ends(function: Callable[[Numbers], Numbers], x: Numbers) -> bool:
    """Whether a function of x has no value, or is flat, where all numbers are beyond 1."""
    outside = np.where(x < 0.0, -1.25, 1.25) + 0.25 * x
    try:
        with np.errstate(all="ignore"):
            values, beyond = function(outside), function(1.01 * outside)
    except Exception:  # it may check its domain itself
        return True
    return not np.all(np.isfinite(values)) or np.array_equal(values, beyond)
