"""Probabilities next to 0 and next to 1 of sparse maps keep their digits, on every path.

In closed form, at alpha = 1.5 and 2, a probability is known to its own rounding however small it
is; and of a label that has nearly all of a row, the slope is what the others have.
"""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import fsum, mpf, workdps

import softgrad as sg
from laws.both_ways import each_path
from laws.cases import identify
from laws.sparse_truth import SparseTruth
from laws.ulp import within
from softgrad import OutputLayer


def rows_with_one_entry_near_the_cut(alpha: float) -> np.ndarray:
    """Four entries anywhere, and one that is just above the cut that these make."""
    rng = np.random.default_rng(5)
    rate, found = mpf(alpha) - 1, []
    for gap in 2.0 ** -np.arange(8, 40, 2.0):
        z = rng.uniform(-0.3, 0.3, 4).tolist()
        with workdps(60):
            p = SparseTruth(alpha, tuple(z)).p
            top = int(np.argmax(z))
            cut = mpf(z[top]) - p[top] ** rate / rate
            found.append([*z, float(cut + gap)])
    return np.array(found)


@pytest.mark.parametrize("alpha", [1.5, 2.0], ids=identify)
def test_a_small_probability_beside_any_others_keeps_its_digits(alpha: float) -> None:
    z = rows_with_one_entry_near_the_cut(alpha)
    truths = [SparseTruth(alpha, tuple(row)) for row in z.tolist()]
    assert all(0 < truth.p[4] < 0.01 for truth in truths)
    for path in each_path():
        for copies in (1, 16):  # along the lanes of registers, and one row a lane
            p = sg.Entmax(alpha=alpha)(np.repeat(z, copies, axis=0))[::copies]
            for row, truth in zip(p, truths, strict=True):
                within(4, row, truth.p, where=path)


@pytest.mark.parametrize("alpha", [1.25, 1.5, 2.0, 3.0], ids=identify)
def test_the_slope_at_a_label_that_has_nearly_all_is_what_the_others_have(alpha: float) -> None:
    gaps = 2.0 ** -np.array([3.0, 9.0, 20.0, 31.0, 44.0])
    z = np.stack([np.full(5, 1.0 / (alpha - 1.0)), gaps, np.full(5, -1.0)], axis=-1)
    truths = [SparseTruth(alpha, tuple(row), digits=120) for row in z.tolist()]
    with workdps(120):
        want = [-fsum(truth.p[1:]) for truth in truths]
    labels = np.zeros(5, int)
    for path in each_path():
        layer = OutputLayer(sg.Entmax(alpha=alpha), "fenchel_young")
        for copies in (1, 16):
            many = np.repeat(z, copies, axis=0)
            for target in (labels, np.eye(3)[labels]):
                gradient = layer.gradient(many, np.repeat(target, copies, axis=0))
                within(8, gradient[::copies, 0], want, where=(path, copies, target.ndim))
