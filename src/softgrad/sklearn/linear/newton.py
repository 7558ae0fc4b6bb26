"""Newton's method by Hessian-vector products: conjugate gradients within a trust region.

Within the region the quadratic model is minimised as far as it is worth; where the Hessian bends
down, or the region ends, the step goes to its edge. So a loss need not be convex.
Source: Steihaug 1983; Lin, Weng and Keerthi 2008 (TRON), whose radius rules these are.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from softgrad.sklearn.linear.descent import Descent, largest
from softgrad.sklearn.linear.objective import Product
from softgrad.sklearn.linear.quasi_newton import Function

# A step is taken where the function falls by this share of what the model promised.
_TAKEN, _POOR, _GOOD = 1e-4, 0.25, 0.75
_SMALLEST = 1e-12


def minimise(
    function: Function,
    hessian: Callable[[np.ndarray], Product],
    x: np.ndarray,
    descent: Descent,
) -> np.ndarray:
    """The point that was reached from x.

    Args:
        function: value and gradient.
        hessian: at a point, the product of the Hessian with a vector.
        x: to start from.
        descent: what ends it, and hears of it.
    """
    value, gradient = function(x)
    product = hessian(x)
    radius = max(1.0, float(np.linalg.norm(gradient)))
    while descent.goes_on(gradient):
        step, promised = _step(product, gradient, radius)
        new_value, new_gradient = function(x + step)
        is_finite = np.isfinite(new_value) and bool(np.all(np.isfinite(new_gradient)))
        gained = value - new_value if is_finite else -np.inf
        noise = descent.gain * abs(value)
        if promised <= noise:  # the last digits: nothing is left but to make slopes smaller
            if is_finite and gained >= -noise and largest(new_gradient) < largest(gradient):
                x, value, gradient, product = x + step, new_value, new_gradient, hessian(x + step)
                descent.note(value, gradient)
                continue
            descent.has_ended = True
            break
        length = float(np.linalg.norm(step))
        share = gained / promised
        if share < _POOR:
            radius = 0.25 * min(radius, length)
        elif share > _GOOD:
            radius = max(radius, 3.0 * length)
        if share > _TAKEN:
            x, value, gradient = x + step, new_value, new_gradient
            product = hessian(x)
            descent.note(value, gradient)
        elif radius < _SMALLEST * max(1.0, float(np.linalg.norm(x))):
            descent.is_stuck = True
    return x


def _step(product: Product, gradient: np.ndarray, radius: float) -> tuple[np.ndarray, float]:
    """A step no longer than the radius, and by how much the model falls along it."""
    step = np.zeros_like(gradient)
    residual = -gradient
    direction = residual.copy()
    squares = float(residual @ residual)
    size = np.sqrt(squares)
    # Superlinear: the nearer the end, the more exact (Nocedal and Wright 2006, algorithm 7.1).
    enough = min(0.1, np.sqrt(size)) * size
    for _ in range(2 * len(gradient) + 10):
        image = product(direction)
        bend = float(direction @ image)
        length = squares / bend if bend > 0.0 else np.inf
        is_inside = bend > 0.0 and np.linalg.norm(step + length * direction) < radius
        if not is_inside:
            length = _to_edge(step, direction, radius)
        step, residual = step + length * direction, residual - length * image
        if not is_inside:
            break
        new_squares = float(residual @ residual)
        if np.sqrt(new_squares) <= enough:
            break
        direction = residual + new_squares / squares * direction
        squares = new_squares
    return step, 0.5 * float(step @ residual - step @ gradient)  # for H step = -gradient - residual


def _to_edge(step: np.ndarray, direction: np.ndarray, radius: float) -> float:
    """How much of the direction leads to the edge of the region."""
    a, b = float(direction @ direction), float(step @ direction)
    c = radius * radius - float(step @ step)
    return float((np.sqrt(b * b + a * max(c, 0.0)) - b) / a)
