"""What `check` takes, says and refuses."""

import json
from functools import partial

import jax
import numpy as np
import pytest
import torch

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
    assert not sg.check(sigmoid, lambda p: p * (1 - p), Z)


def test_a_function_that_softgrad_has_never_seen():
    A = np.random.default_rng(2).standard_normal((4, 6))
    x = np.random.default_rng(3).standard_normal(6)
    twisted = lambda x: np.sin(A @ x)  # noqa: E731
    right = lambda x: np.cos(A @ x)[:, None] * A  # noqa: E731
    assert sg.check(twisted, right, x)
    assert sg.check(twisted, lambda x: right(x) * 1.0001, x).diagnosis == "scaled"
    assert sg.check(twisted, lambda x: right(x) + np.sin(x), x).diagnosis == "unknown"


def test_at_a_kink_alone_nothing_is_said():
    relu = lambda z: np.maximum(z, 0.0)  # noqa: E731
    report = sg.check(relu, np.eye(2), np.zeros(2), "jacobian")
    assert report.verdict == "inconclusive"


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


def test_far_out_points_and_formulas_that_overflow_there():
    far = np.array([1000.0, 2.0, 3.0])
    assert sg.check(softmax, pull_back, far)

    def naive(z, g):
        p = np.exp(z) / np.sum(np.exp(z))
        return p * (g - np.sum(g * p))

    assert sg.check(softmax, naive, far).diagnosis == "overflow"


def test_a_derivative_of_zero_is_right_where_nothing_changes():
    assert sg.check(lambda z: np.ones(3), lambda z: np.zeros((3, 3)), np.ones(3))
    assert sg.check(softmax, pull_back, np.array([2.0]))


def test_a_complex_derivative_is_refused():
    report = sg.check(softmax, lambda z, g: pull_back(z, g) * (1 + 0j), Z)
    assert report.diagnosis == "raises"
    assert "real numbers" in report.explanation


def test_a_slope_where_nothing_changes_is_wrong():
    # Nothing is allowed there at all: neither function nor reference has a size.
    assert sg.check(lambda z: np.zeros(3), lambda z: np.eye(3), np.ones(3)).verdict == "wrong"
    assert sg.check(lambda z: np.zeros(3), lambda z: np.zeros((3, 3)), np.ones(3))
