"""Axes: any class axis, several, none; what comes in goes out the same way."""

from __future__ import annotations

import numpy as np
import pytest

from softgrad.arrays.layout import Layout
from softgrad.errors import AxisError, ShapeError

X = np.arange(24.0).reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("axis", "rows", "n"),
    [(-1, (2, 3), 4), (2, (2, 3), 4), (0, (3, 4), 2), (1, (2, 4), 3), ((0, 2), (3,), 8),
     ((2, 0), (3,), 8), ((0, 1, 2), (), 24), ((), (2, 3, 4), 1), ((-2,), (2, 4), 3)],
)  # fmt: skip
def test_entering_and_leaving_are_inverse(axis: object, rows: tuple[int, ...], n: int) -> None:
    layout = Layout.of(X.shape, axis, "x")
    inside = layout.enter(np, X)
    assert layout.batch_shape == rows
    assert inside.shape == (*rows, n)
    assert np.array_equal(layout.leave(np, inside), X)
    assert sorted(inside.ravel()) == sorted(X.ravel())


def test_the_last_axis_is_not_moved() -> None:
    assert Layout.of(X.shape, -1, "x").enter(np, X) is X


@pytest.mark.parametrize("axis", [3, -4, (0, 5)])
def test_a_missing_axis_is_named(axis: object) -> None:
    with pytest.raises(AxisError, match=r"does not exist: x has shape \(2, 3, 4\)"):
        Layout.of(X.shape, axis, "x")


def test_an_axis_named_twice_and_an_empty_class_axis_are_errors() -> None:
    with pytest.raises(AxisError, match="names one axis of x twice"):
        Layout.of(X.shape, (0, -3), "x")
    with pytest.raises(ShapeError, match="the class axis 1 of x is empty"):
        Layout.of((2, 0), 1, "x")
    assert Layout.of((0, 2), 1, "x").batch_shape == (0,)
    assert Layout.of((2, 0), (), "x").batch_shape == (2, 0)
