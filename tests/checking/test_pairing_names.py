"""Which names belong together: spellings of a function and its derivative, and what are none."""

from __future__ import annotations

import pytest

from softgrad.checking.pairing.matching import matches
from softgrad.checking.pairing.words import words

IN_A_FILE = """
sigmoid sigmoid_prime | sigmoid sigmoidPrime | sigmoid dSigmoid | sigmoid d_sigmoid
sigmoid derivative_of_sigmoid | sigmoid gradSigmoid | sigmoid sigmoidderiv | sigmoid sigmoid_p
sigmoid sigmoid_output_to_derivative | relu relu2deriv | relu bprop_relu | relu d_relu_dx
sigmoid_function sigmoid_derivative | activation_tanh tanh_slope | sigma σ_prime | f fprime
f df | f f_d | a da | mean_squared_error mse_prime | sigmoid sig_grad | cost cost_gradient
loss dloss | mse_loss grad_mse | softmax softmax_jacobian | softmax backward_softmax
relu_forward relu_backward | Tanh TanhDerivative | ELU elu_backprop | logistic logistic_der
expit sigmoid_derivative | focal_loss_binary focal_loss_grad | SiLU swish_prime
forward backward | swish vjp_swish | softplus ableitung_softplus | cross_entropy delta_cross_entropy
"""
IN_A_CLASS = """
function prime | activate derivative | __call__ compute_gradient | func dfunc | apply back
compute_loss compute_derivative | loss delta | feed_forward back_propagate | forward_pass bwd_pass
fprop bprop | output deriv | predict gradient | transform jacobian | eval grad | cost slope
"""
APART = """
relu sigmoid_prime | f numerical_gradient | loss gradient_check | forward gradient_descent
dense dot | loss clip_gradients | sigmoid softmax_prime | activation loss_gradient
relu6 relu_prime | train_step backward | sigmoid sigmoid_table
"""


def pairs(text: str) -> list[list[str]]:
    return [pair.split() for pair in text.replace("\n", "|").split("|") if pair.strip()]


@pytest.mark.parametrize(("function", "derivative"), pairs(IN_A_FILE), ids=str)
def test_a_derivatives_name_is_its_functions_with_a_word_that_says_so(function, derivative):
    for names in ([function, derivative], [derivative, "linear", function]):
        assert [found[:2] for found in matches(names)] == [(function, derivative)]


@pytest.mark.parametrize(("function", "derivative"), pairs(IN_A_CLASS), ids=str)
def test_in_a_class_general_words_belong_together(function, derivative):
    found = matches([derivative, function], "Layer")
    assert [one[:2] for one in found] == [(function, derivative)]


@pytest.mark.parametrize("names", pairs(APART), ids=str)
def test_what_has_a_word_for_a_derivative_is_not_always_one(names):
    assert not matches(names)


def test_each_derivative_finds_its_own_function():
    functions = ["relu", "tanh", "sigmoid", "loss", "forward"]
    names = [*functions, "tanh_prime", "d_relu", "loss_grad", "backward", "dsigmoid"]
    assert {one[:2] for one in matches(names, "Net")} == {
        ("tanh", "tanh_prime"),
        ("relu", "d_relu"),
        ("loss", "loss_grad"),
        ("forward", "backward"),
        ("sigmoid", "dsigmoid"),
    }


def test_a_class_named_for_its_function():
    assert matches(["__call__", "sigmoid_prime"], "Sigmoid")[0][:2] == ("__call__", "sigmoid_prime")
    assert matches(["sigmoid", "derivative"], "Sigmoid")[0][:2] == ("sigmoid", "derivative")


def test_words_of_a_name():
    assert words("dLeakyReLU2_Prime") == ("d", "leaky", "re", "lu", "2", "prime")
    assert words("__call__") == ("call",)
    assert words("δ_σ") == ("delta", "sigma")
