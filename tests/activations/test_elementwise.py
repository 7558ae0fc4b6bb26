"""Element-wise activations: ULP against mpmath over the whole range, limits, kinks, minima."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import softgrad as sg
from activations.reference import ELEMENTWISE, hold_to_goals, representations
from laws.both_ways import each_instruction_set
from softgrad.contracts import Activation, Form
from softgrad.errors import ParameterError, TargetError

DTYPES = [np.float32, np.float64]
COINS = [sg.sigmoid, sg.probit, sg.complementary_log_log]
CASES = [(a, r) for a in ELEMENTWISE for r in representations(a)]


def form_of(activation: Activation, representation: str, z: np.ndarray) -> Form:
    forms = activation.forms(np, z)
    return {
        "output": lambda: forms.output,
        "log": lambda: forms.log,
        "complement": lambda: forms.other_side.output,
        "log_complement": lambda: forms.other_side.log,
    }[representation]()


def derivatives(form: Form) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    ones = np.ones_like(form.value)
    return form.value, form.jacobian().diagonal(), form.curvature(ones).diagonal()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("activation", "representation"), CASES, ids=lambda x: f"{x!r}")
def test_value_and_derivatives_are_within_a_few_ulp(
    activation: Activation, representation: str, dtype: Any
) -> None:
    hold_to_goals(
        activation,
        representation,
        dtype,
        lambda z: derivatives(form_of(activation, representation, z)),
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", ELEMENTWISE, ids=repr)
def test_kernels_are_within_a_few_ulp_of_value_and_derivatives(
    activation: Activation, dtype: Any
) -> None:
    def by_products(z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        ones = np.ones_like(z)
        return activation(z), activation.vjp(z, ones), activation.hvp(z, ones, ones)

    for _ in each_instruction_set():
        hold_to_goals(activation, "output", dtype, by_products)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", COINS, ids=repr)
def test_kernels_are_within_a_few_ulp_on_both_sides_of_a_coin(
    activation: Activation, dtype: Any
) -> None:
    # Of a label's own side cross-entropy is -log p, and the error of the true class 1 - p; their
    # second derivative is left to the logarithm, for that of 1 - p is a difference there.
    cases = (
        ("cross_entropy", 1.0, "log"),
        ("cross_entropy", 0.0, "log_complement"),
        ("true_class_error", 1.0, "complement"),
        ("true_class_error", 0.0, "output"),
    )
    for _ in each_instruction_set():
        for loss, side, representation in cases:
            layer = sg.OutputLayer(activation, loss)
            sign = -1.0 if loss == "cross_entropy" else 1.0

            def by_layer(z: np.ndarray, layer=layer, side=side, sign=sign) -> list[np.ndarray]:
                z = z[:, None]
                value, first = layer.value_and_gradient(z, np.full_like(z, side))
                found = [value, first[:, 0]]
                if sign < 0:
                    second = layer.gradient_and_hessian_diagonal(z, np.full_like(z, side))[1]
                    found.append(second[:, 0])
                return [z.dtype.type(sign) * x for x in found]

            # Of a subnormal probability psi's own slope has few digits.
            least = 0.0 if sign < 0 else float(np.finfo(dtype).tiny)
            hold_to_goals(activation, representation, dtype, by_layer, least)


@pytest.mark.parametrize(("activation", "representation"), CASES, ids=lambda x: f"{x!r}")
def test_infinities_give_limits_and_nan_stays_nan(
    activation: Activation, representation: str
) -> None:
    z = np.array([-np.inf, np.inf, -1e300, 1e300, -1e200, 1e200, np.nan])
    with np.errstate(all="ignore"):
        for got in derivatives(form_of(activation, representation, z)):
            assert np.isnan(got[6])
            assert not np.isnan(got[:6]).any()
            # What is infinite in the limit still grows towards it, be it as slowly as a logarithm,
            # and all else has arrived by then.
            for limit, late, early in zip(got[:2], got[2:4], got[4:6], strict=True):
                arrived = limit == late or abs(limit - late) <= 1e-15 * abs(late) + 1e-290
                side = np.sign(limit)
                assert arrived or (np.isinf(limit) and side * late > max(side * early, 0.0))


LIMITS = {
    "silu": (0.0, np.inf),
    "gelu": (0.0, np.inf),
    "mish": (0.0, np.inf),
    "softsign": (-1.0, 1.0),
    "tanh": (-1.0, 1.0),
    "squareplus": (0.0, np.inf),
    "softplus": (0.0, np.inf),
    "elu": (-1.0, np.inf),
    "probit": (0.0, 1.0),
    "complementary_log_log": (0.0, 1.0),
    "log_sigmoid": (-np.inf, 0.0),
    "arctan": (-np.pi / 2, np.pi / 2),
    "relu6": (0.0, 6.0),
    "hard_tanh": (-1.0, 1.0),
    "hard_swish": (0.0, np.inf),
    "hard_shrink": (-np.inf, np.inf),
    "soft_shrink": (-np.inf, np.inf),
    "tanh_shrink": (-np.inf, np.inf),
    "threshold": (0.0, np.inf),
    "sparse_plus": (0.0, np.inf),
}


@pytest.mark.parametrize(("name", "limits"), LIMITS.items())
def test_values_at_infinity(name: str, limits: tuple[float, float]) -> None:
    activation = getattr(sg, name)
    assert tuple(activation(np.array([-np.inf, np.inf]))) == limits


@pytest.mark.parametrize(
    ("name", "place", "least"),
    [
        ("silu", -1.278464543, -0.278464543),
        ("gelu", -0.751791525, -0.169971207),
        ("mish", -1.192431215, -0.308843413),
        ("hard_swish", -1.5, -0.375),
    ],
)
def test_minima_of_functions_that_are_not_monotone(name: str, place: float, least: float) -> None:
    # Roots of the derivative found by mpmath.findroot at 30 digits, to ten figures.
    activation = getattr(sg, name)
    z = np.array([place])
    assert activation(z)[0] == pytest.approx(least, abs=1e-9)
    slope = activation.jacobian(z).diagonal()[0]
    assert abs(slope) < 1e-9
    assert activation.curvature(z, np.ones(1)).diagonal()[0] > 0
    assert not activation.has_potential


def test_gelu_is_right_far_left_where_a_difference_of_erf_is_not() -> None:
    # -9.25 * Phi(-9.25), by mpmath at 30 digits.
    assert sg.gelu(np.array([-9.25]))[0] == pytest.approx(-1.0406934905829e-19, rel=1e-13)


@pytest.mark.parametrize(
    ("activation", "z", "slope"),
    [
        (sg.relu, 0.0, 0.0),
        (sg.leaky_relu, 0.0, 0.01),
        (sg.LeakyReLU(slope=3.0), 0.0, 1.0),
        (sg.ELU(alpha=0.3), 0.0, 0.3),
        (sg.ELU(alpha=2.0), 0.0, 1.0),
        (sg.CELU(alpha=2.0), 0.0, 1.0),
        (sg.selu, 0.0, 1.0507009873554805),
        (sg.softsign, 0.0, 1.0),
        (sg.hard_tanh, 1.0, 0.0),
        (sg.hard_tanh, -1.0, 0.0),
        (sg.HardTanh(low=0.3), 0.3, 0.0),
        (sg.HardTanh(high=2.7), 2.7, 0.0),
        (sg.LeakyReLU(slope=0.0), 0.0, 0.0),
        (sg.relu6, 0.0, 0.0),
        (sg.relu6, 6.0, 0.0),
        (sg.hard_swish, -3.0, 0.0),
        (sg.hard_swish, 3.0, 1.0),
        (sg.hard_shrink, 0.5, 0.0),
        (sg.soft_shrink, -0.5, 0.0),
        (sg.threshold, 1.0, 0.0),
        (sg.sparse_plus, -1.0, 0.0),
        (sg.sparse_plus, 1.0, 1.0),
        (sg.hard_sigmoid, 3.0, 0.0),
        (sg.hard_sigmoid, -3.0, 0.0),
    ],
    ids=repr,
)
def test_at_a_kink_the_slope_is_the_smaller_side_and_there_is_no_curvature(
    activation: Activation, z: float, slope: float
) -> None:
    at = np.array([z])
    assert activation.jacobian(at).diagonal()[0] == slope
    assert activation.curvature(at, np.ones(1)).diagonal()[0] == 0.0


@pytest.mark.parametrize("activation", ELEMENTWISE, ids=repr)
def test_slope_by_the_output_is_the_slope_by_the_logits(activation: Activation) -> None:
    z = np.array([-2.6, -1.3, -0.4, 0.2, 0.7, 1.9, 2.5])
    p = activation(z)
    by_output = activation.from_output(np, p)
    if by_output is None:
        assert not activation.has_potential
        return
    slope = activation.jacobian(z).diagonal()
    # Where the output has saturated, rounding it has lost what the slope needs.
    bend = activation.curvature(z, np.ones_like(z)).diagonal()
    condition = 1.0 + abs(p * bend / np.where(slope == 0, 1.0, slope) ** 2)
    assert (abs(by_output.d - slope) <= 1e-15 * condition * abs(slope)).all()


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, -3.0), (-0.5, -1.0)])
def test_ends_in_the_wrong_order_are_refused(low: float, high: float) -> None:
    with pytest.raises(ParameterError, match=r"low is .* and high is .*; expected low < high"):
        sg.HardTanh(low=low, high=high)


def test_where_outputs_lie_is_said_by_the_object_and_its_copies() -> None:
    for activation, ends in (
        (sg.hard_tanh, (-1.0, 1.0)),
        (sg.HardTanh(low=-2.0, high=7.0), (-2.0, 7.0)),
        (sg.LeakyReLU(slope=0.0), (0.0, np.inf)),
        (sg.leaky_relu, (-np.inf, np.inf)),
    ):
        for one in (activation, copy.deepcopy(activation), pickle.loads(pickle.dumps(activation))):
            assert (one.domain.low, one.domain.high) == ends
        if np.isfinite(ends[0]):
            beyond = np.array([[ends[0] - 0.5]])
            with pytest.raises(TargetError):
                sg.OutputLayer(activation, "fenchel_young").value(beyond, beyond)
