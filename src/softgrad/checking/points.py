"""Where else to look: a mistake may not show at the caller's point."""

from __future__ import annotations

import numpy as np

from softgrad.checking.frameworks import Numbers


def other_points(x: Numbers, count: int, seed: int) -> list[Numbers]:
    """Generic points near x, of its shape and signs: no ties, no saturation, no symmetry.

    Numbers are brought down to about 1 and moved apart; what is positive stays so, for it may be a
    probability.
    """
    random = np.random.default_rng(seed)
    points: list[Numbers] = []
    size = np.max(np.abs(x), axis=-1, keepdims=True, initial=0.0)
    small = x / np.maximum(1.0, size)
    for _ in range(count):
        noise = random.standard_normal(x.shape)
        points.append(small * np.exp(0.4 * noise) if np.all(x > 0.0) else small + 0.8 * noise)
    return points
