"""Code that is given the array library that it computes with: `f(x, xp)`, `Layer(xp)`."""

import numpy as np

import softgrad as sg


def activation(x, name, device):
    if name == "relu":
        return device.maximum(0, x)
    if name == "tanh":
        return device.tanh(x)
    raise ValueError(name)


def activation_derivative(x, name, device):
    if name == "relu":
        return device.where(x > 0, 1, 0)
    if name == "tanh":
        return 1 - device.tanh(x)
    raise ValueError(name)


def silu(x, xp=None):
    xp = xp or np
    return x / (1 + xp.exp(-x))


def silu_backward(g, x, xp):
    s = 1 / (1 + xp.exp(-x))
    return g * (s + x * s * (1 - s))


def mse(np, prediction, target):
    return np.mean((prediction - target) ** 2)


def mse_grad(np, prediction, target):
    return 2 * (prediction - target) / prediction.size


class Layer:
    def __init__(self, xp):
        self.xp = xp
        self.W = xp.ones((5, 4))

    def forward(self, x):
        self.x = x
        return self.xp.tanh(x @ self.W)

    def backward(self, g):
        g = g * (1 - self.forward(self.x) ** 2)
        self.dW = self.x.T @ g
        return g @ self.W.T


def test_numpy_is_given_for_a_library_of_arrays():
    functions = (activation, activation_derivative, silu, silu_backward, mse, mse_grad)
    names = {one.__name__: one for one in functions}
    found = sg.check_module({**names, "Layer": Layer})
    assert {
        one.name: one.report.verdict if one.report is not None else one.refusal for one in found
    } == {
        "activation('relu')": "correct",
        "activation('tanh')": "wrong",
        "silu": "correct",
        "mse": "correct",
        "Layer": "correct",
        "Layer by W": "correct",
    }
