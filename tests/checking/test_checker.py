"""What `check` takes, says and refuses."""

import json
from functools import partial
from io import StringIO

import jax
import numpy as np
import pytest
import torch
from rich.console import Console

import softgrad as sg
from checking.derivatives import pull_back, softmax
from softgrad.errors import InputTypeError, ParameterError

Z = np.random.default_rng(1).standard_normal((3, 5))


def diagonal(z, g):
    p = softmax(z)
    return g * p * (1 - p)


def test_tensors():
    def backward(z, g):
        p = torch.softmax(z, -1)
        return p * (g - (g * p).sum(-1, keepdim=True))

    softmax_of_tensors = partial(torch.softmax, dim=-1)
    assert sg.check(softmax_of_tensors, backward, torch.from_numpy(Z))
    wrong = sg.check(softmax_of_tensors, lambda z, g: -backward(z, g), torch.from_numpy(Z))
    assert wrong.diagnosis == "sign-flipped"


def test_tensors_of_float32():
    def backward(z, g):
        p = torch.softmax(z.float(), -1)
        return p * (g.float() - (g.float() * p).sum(-1, keepdim=True))

    single = lambda z: torch.softmax(z.float(), -1)  # noqa: E731
    assert sg.check(single, backward, torch.from_numpy(Z))
    assert sg.check(single, lambda z, g: backward(z, g) / 5, torch.from_numpy(Z)).verdict == "wrong"


def test_jax_arrays():
    with jax.enable_x64(True):
        x = jax.numpy.asarray(Z)
        assert sg.check(jax.nn.softmax, lambda z: jax.jacobian(jax.nn.softmax)(z), x[0])
        report = sg.check(jax.nn.softmax, lambda z: jax.nn.softmax(z) * (1 - jax.nn.softmax(z)), x)
    assert report.diagnosis == "diagonal-only"


def test_lists_and_numbers():
    assert sg.check(lambda z: [v * v for v in z], lambda z: [2 * v for v in z], [1.0, 2.0, 3.0])
    assert sg.check(np.sin, np.cos, 0.3)
    assert sg.check(np.sin, lambda x: -np.cos(x), 0.3).diagnosis == "sign-flipped"


def test_an_array_in_place_of_a_function():
    p = softmax(Z[0])
    assert sg.check(softmax, np.diag(p) - np.outer(p, p), Z[0])
    assert sg.check(softmax, np.diag(p - p**2), Z[0]).diagnosis == "diagonal-only"


def test_a_loss_with_a_number_a_row():
    def loss(z):
        return np.sum(softmax(z) ** 3, axis=-1)

    assert sg.check(loss, lambda z: pull_back(z, 3 * softmax(z) ** 2), Z)


def test_a_formula_in_terms_of_the_output():
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    assert sg.check(sigmoid, lambda p: p * (1 - p), Z, argument="output")
    assert not sg.check(sigmoid, lambda p: p * (1 - p), Z, argument="input")
    found = sg.check(sigmoid, lambda p: p * (1 - p), Z)
    assert (found.verdict, found.qualification) == ("correct", "as a function of the output")


def test_a_function_that_softgrad_has_never_seen():
    A = np.random.default_rng(2).standard_normal((4, 6))
    x = np.random.default_rng(3).standard_normal(6)
    twisted = lambda x: np.sin(A @ x)  # noqa: E731
    right = lambda x: np.cos(A @ x)[:, None] * A  # noqa: E731
    assert sg.check(twisted, right, x)
    assert sg.check(twisted, lambda x: right(x) * 1.0001, x).diagnosis == "scaled"
    assert sg.check(twisted, lambda x: right(x) + np.sin(x), x).diagnosis == "unknown"


def test_the_evidence_is_the_worst_entry():
    report = sg.check(softmax, diagonal, Z)
    e = report.evidence
    assert e.i != e.j
    assert e.theirs == 0.0
    assert e.reference != 0.0
    assert "np.sum(g * p" in report.explanation


def test_candidates_are_ranked_with_their_residuals():
    report = sg.check(softmax, lambda z, g: 3.0 * pull_back(z, g), Z)
    assert report.candidates[0].code == "scaled"
    assert report.candidates[0].parameters["factor"] == pytest.approx(3.0)
    assert report.candidates[0].residual < 1e-9 < report.candidates[1].residual


def test_json():
    told = json.loads(sg.check(softmax, diagonal, Z).to_json())
    assert told["verdict"] == "wrong"
    assert told["candidates"][0]["code"] == told["diagnosis"] == "diagonal-only"


def test_an_assertion_explains_itself():
    sg.assert_derivative(softmax, pull_back, Z)
    with pytest.raises(AssertionError, match="diagonal of the Jacobian"):
        sg.assert_derivative(softmax, diagonal, Z)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "text"),
    [
        ((softmax, pull_back, "abc"), {}, InputTypeError, "x must be"),
        ((softmax, pull_back, np.zeros((0, 3))), {}, ParameterError, "no entries"),
        ((softmax, pull_back, Z), {"form": "gradiant"}, ParameterError, "form must be"),
        ((softmax, pull_back, Z), {"argument": "inside"}, ParameterError, "argument must be"),
        ((lambda z: z @ np.ones(9), pull_back, Z), {}, ParameterError, "the function fails at x"),
        ((lambda z: "text", pull_back, Z), {}, ParameterError, "the function fails at x"),
    ],
)
def test_what_cannot_be_checked(arguments, options, error, text):
    with pytest.raises(error, match=text):
        sg.check(*arguments, **options)


def test_a_complex_derivative_is_refused():
    report = sg.check(softmax, lambda z, g: pull_back(z, g) * (1 + 0j), Z)
    assert report.diagnosis == "raises"
    assert "real numbers" in report.explanation


def test_a_jvp_with_more_outputs_than_inputs():
    W = np.random.default_rng(4).standard_normal((3, 4))
    x = np.random.default_rng(5).standard_normal(4)

    def forward(x, v):
        return np.cos(W @ x) * (W @ v)

    def twisted(x):
        return np.sin(W @ x)

    assert sg.check(twisted, forward, x, "jvp")
    assert sg.check(twisted, forward, x)  # found by the shapes that it takes
    assert sg.check(twisted, lambda x, v: -forward(x, v), x).diagnosis == "sign-flipped"


def test_a_product_that_is_not_linear_in_its_vector():
    def backward(z, g):
        return pull_back(z, np.abs(g))  # right for every unit vector

    report = sg.check(softmax, backward, Z)
    assert (report.verdict, report.diagnosis) == ("wrong", "upstream-collapsed")


def test_whole_numbers_count_where_x_has_them():
    def like_x(z):
        found = np.empty_like(z)
        found[...] = 1 - np.tanh(z) ** 2
        return found

    assert sg.check(np.tanh, like_x, np.array([0.5, 1.5]))
    assert sg.check(np.tanh, like_x, np.array([1, 2])).diagnosis == "integer-truncation"


def test_the_cause_of_a_factor():
    def sharper(z):
        return softmax(z / 0.7)

    report = sg.check(sharper, lambda z, g: pull_back(z / 0.7, g), Z)
    assert "temperature (0.7)" in report.explanation

    def weighted(weights, z):
        return -np.sum(weights * np.log(softmax(z))[:, 0]) / np.sum(weights)

    weights = np.array([0.5, 1.0, 2.75])

    def slope(z):
        return weights[:, None] * (softmax(z) - np.eye(5)[[0, 0, 0]])

    report = sg.check(partial(weighted, weights), slope, Z)
    assert "the sum of weights (np.sum(weights), 4.25)" in report.explanation


def test_two_arguments_the_other_way_round():
    def distance(p, q):
        return np.sum(p * np.log(p / q))

    q = np.array([0.2, 0.3, 0.5])

    def slope_by_second(p):
        return -q / p

    report = sg.check(partial(distance, q=q), slope_by_second, np.array([0.3, 0.3, 0.4]))
    assert report.diagnosis == "arguments-swapped"


def test_a_report_for_people():
    console = Console(width=100, record=True, file=StringIO())
    console.print(sg.check(softmax, diagonal, Z))
    told = console.export_text()
    assert told.startswith("wrong: diagonal-only")
    assert "    return p * (g - np.sum(g * p, axis=-1, keepdims=True))" in told
    assert "Furthest off" in told
    assert "leaves unexplained" in told


def test_an_exception_for_some_vectors_only():
    def backward(z, g):
        if not np.all(g):
            raise ZeroDivisionError("no upstream")
        return pull_back(z, g)

    report = sg.check(softmax, backward, Z)
    assert report.diagnosis == "raises"
    assert "ZeroDivisionError: no upstream" in report.explanation
