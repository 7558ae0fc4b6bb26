"""Each row's derivatives are its own, however many rows there are and in whatever block."""

from __future__ import annotations

import numpy as np
import pytest

from laws.variants import same
from softgrad.boosting import CURVATURES, objective

# A prime: wherever a block of rows is taken from a wrong place, the rows are other ones.
DIFFERENT = 101
# About where blocks of 8,192 rows end: none, one and two of them, and one row more.
COUNTS = (1, 8191, 8192, 8193, 16385)


def rows_of(columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(columns)
    shape = (DIFFERENT, columns) if columns > 1 else (DIFFERENT,)
    return (
        rng.normal(size=shape),
        rng.integers(0, max(2, columns), DIFFERENT),
        rng.uniform(0.5, 2.0, DIFFERENT),
    )


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("activation", "columns"), [("softmax", 3), ("sigmoid", 1)])
@pytest.mark.parametrize("curvature", CURVATURES)
def test_many_rows_are_as_few(curvature, activation, columns, weighted):
    classes = columns if columns > 1 else None
    obj = objective(activation, "focal", library="xgboost", curvature=curvature, classes=classes)
    z, y, w = rows_of(columns)
    few = obj.derivatives(z, y, w if weighted else None)
    assert len(np.unique(few[1], axis=0)) == DIFFERENT
    for count in COUNTS:
        at = np.arange(count) % DIFFERENT
        scores = np.asarray(z[at], order="F" if weighted else "C")
        many = obj.derivatives(scores, y[at], w[at] if weighted else None)
        for one, wanted in zip(many, few, strict=True):
            same(one, wanted[at])
