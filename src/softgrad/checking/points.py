"""Where else to look: a mistake may not show at the caller's point."""

from __future__ import annotations

import numpy as np

from softgrad.checking.domain import moves_in_domain
from softgrad.checking.frameworks import Numbers
from softgrad.checking.rows import RowFunction

#: So many go far; where those say nothing, as outside of a domain that nobody knows, others near.
_FAR = 4
_NEAR = 0.05


#: Beyond the ends of what is cut off: ReLU6's, and those of hard sigmoids.
_END = 7.0


def far_point(x: Numbers, seed: int) -> Numbers:
    """Rows of the shape of x, of numbers of both signs as far out as functions are cut off."""
    ends = np.linspace(-_END, _END, x.size)
    ends += 0.3 * _END / x.size  # not symmetric
    return np.random.default_rng(seed).permutation(ends).reshape(x.shape)


def other_points(function: RowFunction, x: Numbers, count: int, seed: int) -> list[Numbers]:
    """Generic points of the function's domain: no ties, no saturation, no symmetry.

    Args:
        function: what they are points of.
        x: rows of the caller's point, shape (batch, n); the others have its shape.
        count: how many.
        seed: of their noise.
    """
    random = np.random.default_rng(seed)
    view = function.view
    point = view.from_rows(x)
    move = moves_in_domain(point, function.call)
    reaches = (1.0 if k < _FAR else _NEAR for k in range(count))
    noisy = ((view.from_rows(random.standard_normal(x.shape)), reach) for reach in reaches)
    return [view.to_rows(move(noise, reach)) for noise, reach in noisy]
