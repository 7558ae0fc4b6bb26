"""Unit vectors, and how a projection t . x / |x| changes with x, without cancellation.

With u = x / |x|, s = t . u and v = t - s u (what of t is orthogonal to x):

    gradient of -t . u     -v / |x|
    Hessian of -t . u      (s (I - u u^T) + u v^T + v u^T) / |x|^2

At most one entry has u^2 > 1/2; there 1 - u and 1 - u^2 are sums over the other entries.
"""

from __future__ import annotations

from typing import NamedTuple

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.signs import sign
from softgrad.operators import DiagonalPlusLowRank, Pivot


class Direction(NamedTuple):
    """The direction of each row. A row of zeros has none: unit and inverse length are 0.

    Attributes:
        unit: u, shape (..., n).
        shortfall: 1 - |u|, entry by entry.
        rest: 1 - u^2, entry by entry.
        dominant: where u^2 > 1/2.
        inverse_length: 1 / |x|, shape (..., 1).
    """

    unit: Array
    shortfall: Array
    rest: Array
    dominant: Array
    inverse_length: Array

    @classmethod
    def of(cls, xp: Namespace, x: Array) -> Direction:
        """Divided by its largest entry first, so that no square overflows or underflows.

        Infinite entries, whose direction is the limit, share a row's direction evenly.
        """
        largest = xp.max(xp.abs(x), axis=-1, keepdims=True)
        scale = xp.where(largest == 0, xp.ones_like(largest), largest)
        at_infinity = xp.where(xp.isinf(x), sign(xp, x), 0.0 * sign(xp, x))
        y = xp.where(xp.isinf(largest), at_infinity, x / scale)
        square = y * y
        total = xp.sum(square, axis=-1, keepdims=True)
        dominant = square > 0.5 * total
        others = xp.where(dominant, xp.zeros_like(square), square)
        others = xp.sum(others, axis=-1, keepdims=True)
        empty = total == 0
        total = xp.where(empty, xp.ones_like(total), total)
        norm, size = xp.sqrt(total), xp.abs(y)
        shortfall = xp.where(dominant, others / (norm * (norm + size)), 1.0 - size / norm)
        rest = xp.where(dominant, others / total, 1.0 - square / total)
        inverse = xp.where(empty, xp.zeros_like(norm), 1.0 / (scale * norm))
        return cls(y / norm, shortfall, rest, dominant, inverse)

    def orthogonal(self, xp: Namespace, t: Array) -> tuple[Array, Array]:
        """(s, v): t . u, shape (..., 1), and t - s u."""
        terms = t * self.unit
        s = xp.sum(terms, axis=-1, keepdims=True)
        others = xp.where(self.dominant, xp.zeros_like(terms), terms)
        others = xp.sum(others, axis=-1, keepdims=True)
        at_dominant = t * self.rest - self.unit * others
        return s, xp.where(self.dominant, at_dominant, t - s * self.unit)

    def bend(self, xp: Namespace, t: Array) -> DiagonalPlusLowRank:
        """The Hessian of -t . u by x."""
        s, v = self.orthogonal(xp, t)
        squared = self.inverse_length * self.inverse_length
        # Infinitely long rows do not turn.
        u = xp.where(self.inverse_length == 0, xp.zeros_like(self.unit), self.unit)
        scaled = squared * v
        pivot = Pivot(self.dominant, squared * (s * self.rest + 2.0 * u * v))
        flat = squared * s + xp.zeros_like(u)
        return DiagonalPlusLowRank.of(flat, (-flat * u, u), (u, scaled), (scaled, u), pivot=pivot)
