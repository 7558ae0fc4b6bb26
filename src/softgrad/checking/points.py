"""Where else to look: a mistake may not show at the caller's point."""

from __future__ import annotations

import numpy as np

from softgrad.checking.frameworks import Numbers


def other_points(x: Numbers, count: int, seed: int) -> list[Numbers]:
    """Generic points near x, of its shape and signs: no ties, no saturation, no symmetry.

    What is positive stays so, for it may be a probability; else numbers are brought down to about
    1 and moved apart.
    """
    random = np.random.default_rng(seed)
    points: list[Numbers] = []
    for _ in range(count):
        if np.all(x > 0.0):
            points.append(x * np.exp(0.4 * random.standard_normal(x.shape)))
        else:
            size = np.max(np.abs(x), axis=-1, keepdims=True, initial=0.0)
            points.append(x / np.maximum(1.0, size) + 0.8 * random.standard_normal(x.shape))
    return points
