"""Classes with a function and its derivative, under the usual names."""

import numpy as np
import pytest

import softgrad as sg
from checking.derivatives import pull_back, softmax
from softgrad.errors import ParameterError


class Posted:
    def compute(self, z):
        return softmax(z)

    def delta(self, z):
        p = self.compute(z)
        return p * (1 - p)


class Layer:
    """Keeps what its forward pass made."""

    def forward(self, z):
        self.p = softmax(z)
        return self.p

    def backward(self, g):
        return self.p * (g - np.sum(g * self.p, axis=-1, keepdims=True))


class Static:
    @staticmethod
    def f(z):
        return np.tanh(z)

    @staticmethod
    def f_prime(z):
        return 1 - np.tanh(z) ** 2


class NeedsAModel(Layer):
    def __init__(self, model):
        self.parts = model.parts


def test_the_class_that_started_it():
    report = sg.check_class(Posted)
    assert report.diagnosis == "diagonal-only"
    assert "Posted.compute was taken for the function, delta for its derivative" in str(report)


def test_right_ones():
    assert sg.check_class(Layer())
    assert sg.check_class(Static)
    assert sg.check_class(Posted(), argument="input").verdict == "wrong"


def test_a_point_of_ones_own():
    assert sg.check_class(Layer(), np.linspace(-1, 1, 8))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (NeedsAModel, "cannot be made without arguments"),
        (object(), "no function"),
        (3, "no function"),
    ],
)
def test_what_is_not_recognised(given, text):
    with pytest.raises(ParameterError, match=text):
        sg.check_class(given)


def test_pull_back_is_what_the_layer_has():
    z, g = np.random.default_rng(0).standard_normal((2, 3, 4))
    layer = Layer()
    layer.forward(z)
    assert np.array_equal(layer.backward(g), pull_back(z, g))
