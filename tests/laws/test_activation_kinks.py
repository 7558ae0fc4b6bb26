"""What an activation is beside its kinks and at the ends of its potential."""

from __future__ import annotations

from fractions import Fraction
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
