"""The families of logits that hurt softmax most, from fixed seeds."""

from collections.abc import Iterator

import numpy as np


def _near_tie(rng, n):
    z = rng.normal(size=n)
    first, second = rng.choice(n, 2, replace=False)
    z[first] = z.max() + 1
    z[second] = z[first] - rng.uniform(0, 1e-3)
    return z


def _one_above(margin):
    def family(rng, n):
        z = rng.normal(size=n)
        z[rng.integers(n)] = z.max() + margin
        return z

    return family


FAMILIES = {
    "N(0,1)": lambda rng, n: rng.normal(size=n),
    "around 1e4": lambda rng, n: 1e4 + rng.normal(size=n),
    "near tie at the top": _near_tie,
    "N(0,30)": lambda rng, n: 30 * rng.normal(size=n),
    "top margin 12": _one_above(12),
    "one logit 30 above": _one_above(30),
}

SIZES = (2, 3, 10, 17, 100, 1000)


def rows(family, dtype, sizes=SIZES, repeats=3):
    """Yields rows of logits: several of each size, one of those above 500."""
    rng = np.random.default_rng(20261123)
    for n in sizes:
        for _ in range(repeats if n < 500 else 1):
            yield FAMILIES[family](rng, n).astype(dtype)


def batches(family, dtype, sizes=(3, 10, 95), count=9) -> Iterator[np.ndarray]:
    """Yields rows side by side, enough to fill the lanes of a register: two rows in turn."""
    rng = np.random.default_rng(20270101)
    for n in sizes:
        few = [FAMILIES[family](rng, n) for _ in range(2)]
        yield np.stack([few[i % 2] for i in range(count)]).astype(dtype)
