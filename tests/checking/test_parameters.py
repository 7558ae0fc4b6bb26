"""Derivatives by weights and biases: of layers that keep them, and of pairs of functions."""

import numpy as np
import pytest

import softgrad as sg
from softgrad.checking.parameters import by_arguments, by_attributes
from softgrad.checking.parameters.gradient_names import gradient_of

X = np.random.default_rng(3).standard_normal((3, 5))


class Dense:
    """As it is written most often."""

    def __init__(self, rows=5, columns=4):
        random = np.random.default_rng(0)
        self.W, self.b = 0.01 * random.standard_normal((rows, columns)), np.zeros(columns)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, g):
        self.dW, self.db = self.x.T @ g, g.sum(axis=0)
        return g @ self.W.T


class MeanOfTheRows(Dense):
    def backward(self, g):
        self.dW, self.db = self.x.T @ g / len(g), g.mean(axis=0)
        return g @ self.W.T


class AddsUp(Dense):
    """Gradients of many calls, until somebody clears them."""

    def __init__(self):
        super().__init__()
        self.params = {"weight": self.W, "bias": self.b}
        self.grads = {"d_weight": np.ones_like(self.W), "d_bias": np.ones_like(self.b)}

    def forward(self, x):
        self.x = x
        return x @ self.params["weight"] + self.params["bias"]

    def backward(self, g):
        self.grads["d_weight"] += self.x.T @ g
        self.grads["d_bias"] += g.sum(axis=0)
        return g @ self.params["weight"].T


class MovesAtOnce(Dense):
    """backward(g, learning_rate) takes the step."""

    def backward(self, g, learning_rate=1.0):
        upstream = g @ self.W.T
        self.W -= learning_rate * self.x.T @ g
        self.b -= learning_rate * g.sum(axis=0)
        return upstream


def verdicts(pairs):
    found = {}
    for pair in pairs:
        report = sg.check(pair.function, pair.derivative, pair.point, "vjp")
        found[pair.name] = report.verdict
    return found


def of(layer):
    return verdicts(
        by_attributes(layer, lambda one, x: one.forward(x), lambda one, g: one.backward(g), X)
    )


@pytest.mark.parametrize("kind", [Dense, MovesAtOnce])
def test_right_layers_pass(kind):
    assert of(kind()) == {"W": "correct", "b": "correct"}


def test_gradients_in_a_dictionary_that_add_up_over_calls():
    found = of(AddsUp())
    assert found["weight"] == found["bias"] == "correct"


def test_a_mean_in_place_of_a_sum_is_wrong():
    assert of(MeanOfTheRows()) == {"W": "wrong", "b": "wrong"}


def test_the_layer_itself_stays_as_it_was():
    layer = MovesAtOnce()
    before = layer.W.copy()
    of(layer)
    assert np.array_equal(layer.W, before)
    assert not hasattr(layer, "x")


def affine_forward(x, w, b):
    return x @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def affine_backward_transposed(dout, cache):
    x, w, _ = cache
    return {"dx": dout @ w.T, "dw": (dout.T @ x).T, "db": dout[0]}


def convolution_forward(x, w, b, conv_param):
    pad = conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2:], (2, 3))
    return np.einsum("nchwij,fcij->nfhw", windows, w) + b[:, None, None], (windows, w)


def convolution_backward(dout, cache):
    windows, w = cache
    padded = np.pad(dout, ((0, 0), (0, 0), (1, 1), (1, 1)))
    turned = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2:], (2, 3))
    dx = np.einsum("nfhwij,fcij->nchw", turned, w[:, :, ::-1, ::-1])
    return dx, np.einsum("nchwij,nfhw->fcij", windows, dout), dout.sum((0, 2, 3))


def test_functions_with_a_cache():
    assert verdicts(by_arguments(affine_forward, affine_backward, X)) == {
        "x": "correct",
        "w": "correct",
        "b": "correct",
    }
    assert verdicts(by_arguments(affine_forward, affine_backward_transposed, X)) == {
        "x": "correct",
        "w": "correct",
        "b": "wrong",
    }


def test_images_are_tried_where_rows_do_not_run():
    found = verdicts(by_arguments(convolution_forward, convolution_backward, X))
    assert set(found.values()) == {"correct"}
    assert set(found) == {"x", "w", "b"}


def test_what_runs_on_nothing_is_no_verdict():
    def forward(x, w):
        raise RuntimeError("it needs a GPU")

    with pytest.raises(sg.errors.ParameterError, match="needs a GPU"):
        list(by_arguments(forward, affine_backward, X))


@pytest.mark.parametrize(
    ("parameter", "gradient"),
    [
        *[("W", one) for one in ("dW", "grad_W", "W_grad", "gW", "nabla_W", "dL_dW", "dW_")],
        *[("weights", one) for one in ("dweights", "weights_gradient", "d_weights", "dw", "gradW")],
        *[("bias", "db"), ("b1", "db1"), ("gamma", "dgamma"), ("Wx", "dWx"), ("beta", "grad_beta")],
    ],
)
def test_names_of_gradients(parameter, gradient):
    assert gradient_of(parameter, ["output", "inputs", "dx", gradient, parameter]) == gradient


@pytest.mark.parametrize("other", ["velocity_W", "W2", "dW2", "db", "dx", "delta", "grads"])
def test_names_that_are_of_something_else(other):
    assert gradient_of("W", [other, "W"]) is None


def test_a_module_of_layers_is_checked_by_every_array():
    names = (MeanOfTheRows, affine_forward, affine_backward)
    found = {
        one.name.replace("MeanOfTheRows", "Dense"): one.report.verdict
        for one in sg.check_module({name.__name__: name for name in names})
    }
    assert found == {
        "Dense": "correct",
        "Dense by W": "wrong",
        "Dense by b": "wrong",
        "affine_forward": "correct",
        "affine_forward by w": "correct",
        "affine_forward by b": "correct",
    }


class Columns:
    """Inputs are columns, and backward(g, learning_rate) takes the step."""

    def __init__(self, n_in, n_out):
        random = np.random.default_rng(1)
        self.weights, self.bias = random.standard_normal((n_out, n_in)), np.zeros((n_out, 1))

    def forward(self, given):
        self.given = given
        return self.weights @ given + self.bias

    def backward(self, output_gradient, learning_rate):
        upstream = self.weights.T @ output_gradient
        self.weights -= learning_rate * output_gradient @ self.given.T
        self.bias -= learning_rate * output_gradient
        return upstream


def test_layers_of_columns_that_take_one_row_alone():
    found = {one.name: one.report.verdict for one in sg.check_module({"Columns": Columns})}
    assert found == {
        "Columns": "correct",
        "Columns by weights": "correct",
        "Columns by bias": "correct",
    }


def test_functions_of_torch_are_checked_by_every_array_that_they_give_a_gradient_by():
    torch = pytest.importorskip("torch")

    class Linear(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, w, b):
            ctx.save_for_backward(x, w)
            return x @ w.T + b

        @staticmethod
        def backward(ctx, g):
            x, w = ctx.saved_tensors
            return g @ w, g.T @ x, g.mean(0)

    class OfFrozenWeights(Linear):
        @staticmethod
        def backward(ctx, g):
            return g @ ctx.saved_tensors[1], None, g.sum(0)

    functions = {"Linear": Linear, "Frozen": OfFrozenWeights}
    found = {one.name: one.report.verdict for one in sg.check_module(functions)}
    assert found == {
        "Linear": "correct",
        "Linear by w": "correct",
        "Linear by b": "wrong",
        "Frozen": "correct",
        "Frozen by b": "correct",
    }


class KeepsItsInputs:
    """As books write it: nothing is returned, and what was given is kept."""

    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.maximum(inputs, 0.0)

    def backward(self, dvalues):
        self.dinputs = dvalues * (self.inputs > 0.0)


def test_what_a_layer_keeps_of_its_input_is_no_parameter():
    found = {one.name: one.report.verdict for one in sg.check_module({"ReLU": KeepsItsInputs})}
    assert list(found.values()) == ["correct"]
