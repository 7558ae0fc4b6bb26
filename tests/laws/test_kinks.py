"""On which side of a kink an entry lies is decided by the exact numbers, not by rounded ones.

Fractions say which side it is; beside a kink, derivatives are those of `exact` at 800 digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from mpmath import mpf

import softgrad as sg
from laws.both_ways import each_path
from laws.cases import DTYPES
from laws.ulp import within
from softgrad import OutputLayer

each_dtype = pytest.mark.parametrize("dtype", DTYPES)


@cache
def differing_by(distance: float, dtype: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """a and b, and a - b as exact fractions: about +-distance, to the last bit of a."""
    rng = np.random.default_rng(17)
    b = (rng.choice([-1.0, 1.0], 100) * rng.random(100) * 2.0 ** -rng.integers(0, 70, 100)).astype(
        dtype
    )
    a = (b.astype(np.float64) + distance).astype(dtype)
    up, down = np.nextafter(a, dtype(np.inf)), np.nextafter(a, -dtype(np.inf))
    a, b = np.concatenate([a, up, down, -a, -up, -down]), np.concatenate([np.tile(b, 3)] * 2)
    b[300:] *= -1
    exact = np.array([Fraction(float(x)) - Fraction(float(y)) for x, y in zip(a, b, strict=True)])
    return a, b, exact


def shapes(*arrays: np.ndarray) -> Iterator[list[np.ndarray]]:
    """Entries side by side in a register, and one of each row in each lane."""
    for shape in ((-1, 1), (-1, 6), (6, -1)):
        yield [x.reshape(shape) for x in arrays]


@each_dtype
@pytest.mark.parametrize("delta", [1.0, 0.3, 0.25])
def test_the_edge_of_huber_is_that_of_the_exact_difference(delta: float, dtype: Any) -> None:
    r, t, exact = differing_by(delta, dtype)
    want = np.array([float(abs(d) <= Fraction(delta)) for d in exact])
    rounded = (np.abs(r - t) <= delta).astype(float)
    assert 0.3 < np.mean(want) < 0.7
    assert np.sum(rounded != want) > 50  # which the rounded difference gets wrong
    for path in each_path():
        layer = OutputLayer(sg.identity, sg.Huber(delta=delta))
        for z, target, bend in shapes(r, t, want):
            found = layer.gradient_and_hessian_diagonal(z, target)[1]
            assert np.array_equal(found, bend), path


@each_dtype
def test_far_beyond_the_edge_of_huber_there_is_no_curvature(dtype: Any) -> None:
    most = np.finfo(dtype).max
    z, t = np.array([[most], [-most], [np.inf]], dtype), np.array([[-most], [most], [0.0]], dtype)
    for path in each_path():
        layer = OutputLayer(sg.identity, "huber")
        with np.errstate(over="ignore", invalid="ignore"):
            gradient, bend = layer.gradient_and_hessian_diagonal(z, t)
        assert gradient[:, 0].tolist() == [1.0, -1.0, 1.0], path
        assert not np.any(bend), path


@each_dtype
@pytest.mark.parametrize("loss", [sg.absolute_error, sg.Quantile(tau=0.25)], ids=repr)
def test_the_side_of_the_target_is_that_of_the_exact_difference(loss: Any, dtype: Any) -> None:
    r, t, exact = differing_by(0.0, dtype)
    # And where a difference is the smallest number, or of numbers far apart.
    r = np.concatenate([r, np.finfo(dtype).smallest_subnormal * np.array([1, 2, -1, 3], dtype)])
    t = np.concatenate([t, np.finfo(dtype).smallest_subnormal * np.array([0, 1, 0, 3], dtype)])
    side = np.concatenate([[(d > 0) - (d < 0) for d in exact], [1, 1, -1, 0]]).astype(float)
    above, below = (0.75, 0.25) if loss.name == "quantile" else (1.0, 1.0)
    want = np.where(side > 0, above, below) * side
    assert set(side) == {-1.0, 0.0, 1.0}
    for path in each_path():
        layer = OutputLayer(sg.identity, loss)
        gradient, bend = layer.gradient_and_hessian_diagonal(r[:, None], t[:, None])
        value = layer.value(r[:, None], t[:, None])
        assert np.array_equal(gradient[:, 0], want), path
        assert np.array_equal(value[:-4] > 0, side[:-4] != 0), path  # tau 5e-324 is 0
        assert not np.any(bend), path


HINGES = [
    sg.hinge,
    sg.squared_hinge,
    sg.weston_watkins,
    sg.WestonWatkins(squared=True),
    sg.Hinge(margin=0.3),
    sg.SquaredHinge(margin=0.3),
    sg.Hinge(margin=0.0),
]
BINARY = [one for one in HINGES if one.name != "weston_watkins"]


@each_dtype
@pytest.mark.parametrize("loss", HINGES, ids=repr)
def test_a_margin_is_violated_where_the_exact_one_is(loss: Any, dtype: Any) -> None:
    margin = getattr(loss, "margin", 1.0)
    own, rival, exact = differing_by(margin, dtype)
    gap = np.array([max(Fraction(margin) - d, Fraction(0)) for d in exact])
    squared = loss.name == "squared_hinge" or getattr(loss, "squared", False)
    value = [x * x if squared else x for x in gap]
    slope = [2 * x if squared else Fraction(x > 0) for x in gap]
    z = np.stack([own, rival, np.full_like(own, -9.0)], axis=-1)
    label = np.zeros(len(z), dtype=np.int64)
    assert np.mean([x == 0 for x in gap[:300]]) > 0.1
    assert np.sum((margin + (rival - own) > 0) != (gap > 0)) > 5 or margin == 0.0
    for path in each_path():
        layer = OutputLayer(sg.identity, loss)
        got, gradient = layer.value_and_gradient(z, label)
        wide = layer.gradient(np.concatenate([z] + [np.full_like(z, -9.0)] * 4, axis=-1), label)
        for found in (gradient, wide):
            assert np.array_equal(found[:, 0], -found[:, 1]), path
            within(4, found[:, 1], [mpf(x.numerator) / x.denominator for x in slope])
            assert np.array_equal(found[:, 1] > 0, gap > 0), path
            assert not np.any(found[:, 2:]), path
        within(4, got, [mpf(x.numerator) / x.denominator for x in value])


@each_dtype
@pytest.mark.parametrize("loss", BINARY, ids=repr)
def test_a_binary_margin_is_violated_where_the_exact_one_is(loss: Any, dtype: Any) -> None:
    margin = dtype(loss.margin)
    near = np.nextafter(margin, dtype([-1.0, 3.0]))
    z = np.array([*near, margin, *-near, -margin], dtype)[:, None]
    t = np.array([[1.0]] * 3 + [[0.0]] * 3, dtype)
    size = np.array([z[:3].astype(float), -z[3:].astype(float)]).reshape(-1)
    gap = np.maximum(loss.margin - size, 0.0).astype(dtype)
    sign = np.array([-1.0] * 3 + [1.0] * 3)
    slope = 2 * gap if loss.name == "squared_hinge" else (gap > 0).astype(float)
    for path in each_path():
        layer = OutputLayer(sg.identity, loss, axis=())
        assert np.array_equal(layer.gradient(z, t)[:, 0], sign * slope), path
