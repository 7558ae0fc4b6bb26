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
from mpmath import mpf, workdps

import softgrad as sg
from laws.both_ways import agree, definition_of, each_instruction_set, each_path
from laws.cases import DTYPES, identify
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


# Where each activation has a kink, in itself or in its derivative.
KINKS = {
    sg.relu: (0.0,),
    sg.leaky_relu: (0.0,),
    sg.LeakyReLU(slope=3.0): (0.0,),
    sg.elu: (0.0,),
    sg.ELU(alpha=0.3): (0.0,),
    sg.ELU(alpha=2.0): (0.0,),
    sg.CELU(alpha=2.0): (0.0,),
    sg.selu: (0.0,),
    sg.softsign: (0.0,),
    sg.hard_sigmoid: (-3.0, 3.0),
    sg.hard_tanh: (-1.0, 1.0),
    sg.HardTanh(low=0.3): (0.3, 1.0),
    sg.HardTanh(high=2.7): (-1.0, 2.7),
    sg.LeakyReLU(slope=0.0): (0.0,),
    sg.relu6: (0.0, 6.0),
    sg.hard_swish: (-3.0, 3.0),
    sg.SoftShrink(width=0.1): (-0.1, 0.1),
    sg.HardShrink(width=0.1): (-0.1, 0.1),
    sg.Threshold(theta=-0.3): (-0.3,),
    sg.Threshold(theta=1.0, replacement=1.0): (1.0,),
    sg.sparse_plus: (-1.0, 1.0),
}


def beside(kink: float, dtype: Any) -> np.ndarray:
    """The kink, its neighbours on both sides, and more of them about 0."""
    up = down = dtype(kink)
    found = [up]
    for _ in range(3):
        up, down = np.nextafter(up, dtype(np.inf)), np.nextafter(down, -dtype(np.inf))
        found += [up, down]
    if kink == 0:
        found += [-dtype(0), *dtype([1e-38, -1e-38, 1e-20, -1e-20])]
    return np.array(found, dtype)


def derivatives(activation: Any, x: Any, kink: float) -> list[Any]:
    """f, f' and f'' from one side; at the kink the smaller slope of the two, and no curvature."""
    distance = x - kink
    if distance == 0:
        sides = [
            derivatives(activation, x + step, kink)[1] for step in (mpf("1e-600"), mpf("-1e-600"))
        ]
        return [activation.exact([x])[0], min(sides, key=abs), mpf(0)]
    h = abs(distance) / 2**40
    low, middle, high = activation.exact([x - h, x, x + h])
    return [middle, (high - low) / (2 * h), (high - 2 * middle + low) / h**2]


@each_dtype
@pytest.mark.parametrize("activation", KINKS, ids=identify)
def test_derivatives_beside_a_kink_are_those_of_their_side(activation: Any, dtype: Any) -> None:
    for kink in KINKS[activation]:
        z = beside(kink, dtype)
        ones = np.ones_like(z)
        with workdps(800):
            exact = [derivatives(activation, mpf(float(x)), kink) for x in z]
        for path in each_path():
            found = activation(z), activation.vjp(z, ones), activation.hvp(z, ones, ones)
            for order, got in enumerate(found):
                within(4, got, [each[order] for each in exact], where=(path, order))


@each_dtype
def test_the_logarithm_of_a_hard_sigmoid_ends_exactly_at_its_kinks(dtype: Any) -> None:
    # Through the logarithm 1 - p has the slope -p (log p)', which is -1/6 inside.
    z = np.concatenate([beside(-3.0, dtype), beside(3.0, dtype)])[:, None]
    inside = [mpf(abs(Fraction(float(x))) < 3) / 6 for x in z[:, 0]]
    for path in each_path():
        layer = OutputLayer(sg.hard_sigmoid, "true_class_error")
        for t, sign in ((1.0, -1), (0.0, 1)):
            with np.errstate(all="ignore"):
                gradient = layer.gradient(z, np.full_like(z, t))
            within(4, gradient[:, 0], [sign * x for x in inside], where=path)


# The ends of the targets that each Fenchel-Young loss takes. (At arctan's the last bit of a target
# is worth 1 of the loss.)
ENDS = {
    sg.relu: (0.0,),
    sg.softplus: (0.0,),
    sg.squareplus: (0.0,),
    sg.exp: (0.0,),
    sg.log_sigmoid: (0.0,),
    sg.elu: (-1.0, 0.0),
    sg.ELU(alpha=0.25): (-0.25,),
    sg.CELU(alpha=2.0): (-2.0,),
    sg.selu: (-1.7580993408473768,),
    sg.tanh: (-1.0, 1.0),
    sg.hard_tanh: (-1.0, 1.0),
    sg.HardTanh(low=0.3): (0.3, 1.0),
    sg.relu6: (0.0, 6.0),
    sg.sparse_plus: (0.0,),
    sg.LeakyReLU(slope=0.0): (0.0,),
    sg.softsign: (-1.0, 1.0),
    sg.sigmoid: (0.0, 1.0),
    sg.hard_sigmoid: (0.0, 1.0),
    sg.probit: (0.0, 1.0),
    sg.complementary_log_log: (0.0, 1.0),
    sg.leaky_relu: (0.0,),
    sg.LeakyReLU(slope=3.0): (0.0,),
}


@each_dtype
@pytest.mark.parametrize("activation", ENDS, ids=identify)
def test_a_potential_ends_at_the_same_target_for_kernel_and_definition(
    activation: Any, dtype: Any
) -> None:
    logits = np.array([-3.5, -1.0, -0.25, 0.0, 0.25, 1.0, 3.5], dtype)
    targets = np.concatenate([beside(end, dtype) for end in ENDS[activation]])
    z, t = (x.reshape(-1, 1) for x in np.meshgrid(logits, targets))
    layer = OutputLayer(activation, "fenchel_young", check_target=False)
    with np.errstate(all="ignore"):
        wanted = definition_of(layer).value(z.astype(np.float64), t.astype(np.float64))
    assert np.any(np.isfinite(wanted))
    for name in each_instruction_set():
        # Beside the end terms of size 1 cancel.
        agree(layer.value(z, t), wanted, 1.0, 8.0, (name, dtype))
