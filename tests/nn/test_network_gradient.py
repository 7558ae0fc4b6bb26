"""The gradient by every parameter is that of finite differences, whatever the layers and pair."""

import numpy as np
import pytest

import softgrad as sg
from softgrad.catalogue import find_activation, find_loss
from softgrad.errors import CapabilityError, TrainingError
from softgrad.nn import ActivationLayer, Dense, Network
from softgrad.nn import gradient_check as checking

ARCHITECTURES = {
    "linear": [Dense(3)],
    "relu": [Dense(7), "relu", Dense(3)],
    "tanh, no bias": [Dense(6, biases=False), "tanh", Dense(3)],
    "softmax inside": [Dense(5), "softmax", Dense(3)],
    "two vector layers inside": [
        Dense(5),
        "log_softmax",
        Dense(6),
        sg.Softmax(temperature=0.5),
        Dense(3),
    ],
    "two dense in a row": [Dense(4), Dense(3)],
}
rng = np.random.default_rng(7)
X = rng.normal(size=(9, 4))
LABELS = rng.integers(0, 3, 9)


def is_a_function_with_its_own_derivative(name):
    """Neither a surrogate such as straight-through nor random from call to call."""
    activation, z = find_activation(name), np.ones((2, 3))
    return activation.derivative_is_exact and np.array_equal(activation(z), activation(z))


PAIRS = [
    pair
    for pair in sg.pairs()
    if find_loss(pair[1]).target_kind not in ("row", "bounds")
    and is_a_function_with_its_own_derivative(pair[0])
]


@pytest.mark.parametrize("layers", ARCHITECTURES.values(), ids=list(ARCHITECTURES))
@pytest.mark.parametrize(
    "pair",
    [("softmax", "squared_error"), ("sigmoid", "cross_entropy"), ("identity", "squared_error")],
    ids=" x ".join,
)
def test_every_architecture_agrees_with_finite_differences(layers, pair):
    report = Network(layers, pair, seed=3).check_gradient(X, LABELS)
    assert report.largest_relative_error < 1e-8, report
    assert report.passed


@pytest.mark.parametrize("pair", PAIRS, ids=" x ".join)
def test_every_pair_of_the_catalogue_agrees_with_finite_differences(pair):
    # Targets of 0 and 1 are the open ends of some domains, where the loss is infinite.
    soft = 0.7 * np.eye(3)[LABELS] + 0.1
    kind = find_loss(pair[1]).target_kind
    domains = [find_activation(pair[0]).domain, find_loss(pair[1]).allowed_targets()]
    if kind == "entries" and any(one is not None and one.high <= 0.0 for one in domains):
        soft = np.log(soft)
    y = LABELS if kind == "labels" else soft
    report = Network([Dense(5), "tanh", Dense(3)], pair, seed=1).check_gradient(X, y)
    assert report.largest_relative_error < 1e-6, report


def test_settings_of_the_output_layer_are_part_of_the_gradient():
    layer = sg.OutputLayer(
        "softmax",
        "cross_entropy",
        class_weight={0: 3.0},
        label_smoothing=0.1,
        margin=0.3,
        ignore_label=2,
    )
    assert Network([Dense(5), "tanh", Dense(3)], layer).check_gradient(X, LABELS).passed


def test_a_network_in_float32_is_checked_in_float64():
    network = Network([Dense(5), "tanh", Dense(3)], dtype="float32")
    report = network.check_gradient(X.astype(np.float32), LABELS)
    assert report.largest_relative_error < 1e-8
    assert network.parameters.dtype == np.float32


class WrongDense(Dense):
    """Forgets a tenth of one weight's gradient."""

    def linearize(self, x, parameters):
        y, backward = super().linearize(x, parameters)

        def wrong(g):
            by_input, (weights, biases) = backward(g)
            weights[1, 2] *= 0.9
            return by_input, (weights, biases)

        return y, wrong


def test_one_wrong_entry_is_found_and_named():
    network = Network([WrongDense(5), "tanh", Dense(3)], seed=1)
    report = network.check_gradient(X, LABELS)
    assert not report.passed
    assert report.worst == "layers.0.weights[1, 2]"
    assert report.analytic / report.numeric == pytest.approx(0.9, rel=1e-6)
    assert "WRONG at layers.0.weights[1, 2]" in str(report)
    assert report.by_parameter["layers.2.biases"] < 1e-8


def test_a_gradient_of_nan_does_not_pass():
    class Undefined(WrongDense):
        def linearize(self, x, parameters):
            y, backward = Dense.linearize(self, x, parameters)
            return y, lambda g: (g, (backward(g)[1][0] * np.nan, backward(g)[1][1]))

    assert not Network([Undefined(3)], inputs=4).check_gradient(X, LABELS).passed


def test_where_the_loss_is_not_finite_there_is_nothing_to_compare():
    network = Network([Dense(3)], inputs=4)
    network.parameters[:] = np.nan
    with pytest.raises(TrainingError, match="the loss is nan"):
        network.check_gradient(X, LABELS)


def test_extrapolated_differences_survive_a_kink_beside_the_point():
    # |x| at 1e-4: the first, largest step crosses the kink, where it sees a slope of 0.05.
    found = checking.differences(lambda s: np.abs(s).sum(axis=1), np.array([1e-4, -1e-4]), 2)
    np.testing.assert_allclose(found, [1.0, -1.0], rtol=1e-10)


def test_a_vector_activation_inside_passes_back_its_whole_jacobian():
    # The diagonal alone, s (1 - s), is the classic mistake: the two must differ.
    layer = ActivationLayer("softmax")
    z, g = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    y, backward = layer.linearize(z, ())
    by_input, by_parameters = backward(g)
    np.testing.assert_allclose(by_input, sg.softmax.vjp(z, g), rtol=1e-14)
    assert by_parameters == ()
    assert np.max(np.abs(by_input - y * (1 - y) * g)) > 1e-2


@pytest.mark.parametrize(
    ("name", "reason"), [("hardmax", "a surrogate"), ("gumbel_softmax", "new noise")]
)
def test_what_is_no_derivative_is_not_judged(name, reason):
    for layers, output in (
        ([Dense(3)], (name, "squared_error")),
        ([Dense(5), name, Dense(3)], ("identity", "squared_error")),
    ):
        with pytest.raises(CapabilityError, match=reason):
            Network(layers, output).check_gradient(X, LABELS)
