"""A slope that is right is not called wrong because a kink lies between the steps of one series."""

from __future__ import annotations

from typing import Any

import numpy as np

import softgrad as sg

TARGET = np.array([1.4375, 0.25, 1.0, 3.0])
POINT = np.array([0.5, -1.3125, 2.25, 0.75])  # 1/16 from the kink, where steps are 9/32 and halves


def clipped(x: Any) -> np.ndarray:
    """Huber's slope, of real numbers alone: a complex step would see no kink."""
    return np.array([min(max(float(a - b), -1.0), 1.0) for a, b in zip(x, TARGET, strict=True)])


def slope(x: Any) -> np.ndarray:
    return np.where(np.abs(np.asarray(x) - TARGET) < 1.0, 1.0, 0.0)


def test_the_slope_of_a_clipped_line_is_right_beside_its_kink() -> None:
    assert sg.check(clipped, slope, POINT, "elementwise").verdict == "correct"
    wrong = sg.check(clipped, lambda x: 1.0185185 * slope(x), POINT, "elementwise")
    assert wrong.verdict == "wrong"
