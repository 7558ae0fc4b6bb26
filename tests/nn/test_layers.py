"""Layers: shapes, starting values, and what they refuse."""

import numpy as np
import pytest

import softgrad as sg
from softgrad.errors import InputTypeError, ParameterError, UnknownNameError
from softgrad.nn import ActivationLayer, Dense, Network

X = np.random.default_rng(0).normal(size=(4000, 100))


def spread_after(activation, rule="auto"):
    """Root mean square of the activation's output, over random weights and inputs."""
    network = Network([Dense(200, initialisation=rule), activation, Dense(1)], inputs=100)
    hidden = network.layers[0].forward(X, network.layout.views(network.parameters)[0])
    return float(np.sqrt(np.mean(np.square(network.layers[1].forward(hidden, ())))))


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "identity"])
def test_he_weights_keep_the_size_of_the_signal(activation):
    # Homogeneous activations; 200 units draw their weights, so two digits are what to expect.
    assert spread_after(activation) == pytest.approx(1.0, abs=0.05)


def test_he_and_lecun_weights_of_relu_differ_by_the_square_root_of_two():
    ratio = spread_after("relu", "he") / spread_after("relu", "lecun")
    assert ratio == pytest.approx(np.sqrt(2.0), rel=1e-4)


@pytest.mark.parametrize("activation", ["tanh", "softmax", "sigmoid"])
def test_bounded_activations_start_with_glorot_weights(activation):
    network = Network([Dense(200), activation, Dense(1)], inputs=100)
    weights = network.named_parameters["layers.0.weights"]
    assert np.std(weights) == pytest.approx(np.sqrt(2.0 / 300.0), rel=0.02)
    assert not network.named_parameters["layers.0.biases"].any()


def test_the_parameters_of_a_layer_do_not_depend_on_the_layers_after_the_next():
    short = Network([Dense(5), "relu", Dense(3)], inputs=4)
    long = Network([Dense(5), "relu", Dense(7), "relu", Dense(3)], inputs=4)
    name = "layers.0.weights"
    np.testing.assert_array_equal(short.named_parameters[name], long.named_parameters[name])


def test_named_parameters_are_views_of_the_vector():
    network = Network([Dense(2), Dense(1)], inputs=3)
    network.named_parameters["layers.1.weights"][...] = 7.0
    assert list(network.parameters[-3:-1]) == [7.0, 7.0]
    assert {name: a.shape for name, a in network.named_parameters.items()} == {
        "layers.0.weights": (3, 2),
        "layers.0.biases": (2,),
        "layers.1.weights": (2, 1),
        "layers.1.biases": (1,),
    }


@pytest.mark.parametrize("units", [0, -1, 2.5, True, "3"])
def test_dense_refuses_units_that_are_no_whole_number(units):
    with pytest.raises(ParameterError, match="units is"):
        Dense(units)


def test_dense_refuses_an_unknown_initialisation():
    with pytest.raises(ParameterError, match="'zeros'; expected 'auto'"):
        Dense(3, initialisation="zeros")


def test_a_name_or_an_activation_is_a_layer():
    network = Network([Dense(2), "relu", sg.Softmax(temperature=2.0), ActivationLayer("tanh")])
    assert network.layers[1] == ActivationLayer("relu")
    assert network.layers[2].activation.temperature == 2.0


def test_unknown_layers_are_refused_by_name_and_by_type():
    with pytest.raises(UnknownNameError, match="did you mean"):
        Network([Dense(2), "reul"])
    with pytest.raises(InputTypeError, match="a layer is a int"):
        Network([64])
