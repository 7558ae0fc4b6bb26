"""What a mistake is called: two at once, gradients by probabilities, and what it is not called."""

from functools import partial

import numpy as np
import pytest

import softgrad as sg
from checking.derivatives import (
    cross_entropy,
    log_softmax,
    mean_cross_entropy,
    pull_back,
    sigmoid,
    silu,
    softmax,
    tanh,
    target_of,
)

RANDOM = np.random.default_rng(2)
Z = RANDOM.standard_normal((3, 5))
P = RANDOM.dirichlet(np.ones(5), 3)
LABELS = np.eye(5)[[1, 3, 0]]


def plus_product(z, g):
    p = softmax(z)
    return 2.0 * p * (g + np.sum(p * g, axis=-1, keepdims=True))


PAIRS = {
    "half of the diagonal": (softmax, lambda z: softmax(z) * (1 - softmax(z)) / 2, "diagonal-only"),
    "the diagonal negated": (softmax, lambda z: -softmax(z) * (1 - softmax(z)), "diagonal-only"),
    "p (1 - p) of the input": (softmax, lambda z: z * (1 - z), "diagonal-only"),
    "transposed and negated": (
        log_softmax,
        lambda z, g: np.sum(softmax(z) * g, axis=-1, keepdims=True) - g,
        "transposed",
    ),
    "plus for minus, twice": (softmax, plus_product, "off-diagonal-sign"),
    "of the output, negated": (tanh, lambda z: z * z - 1, "evaluated-at-input"),
    "half a product rule, negated": (silu, lambda z: -sigmoid(z), "missing-term"),
    "fused twice, without 1 / N": (
        mean_cross_entropy,
        lambda z: pull_back(z, softmax(z) - target_of(z)),
        "fused-twice",
    ),
    "no target, without 1 / N": (mean_cross_entropy, softmax, "missing-term"),
}
ALSO = {
    "half of the diagonal": "scaled",
    "the diagonal negated": "sign-flipped",
    "p (1 - p) of the input": "evaluated-at-input",
    "transposed and negated": "sign-flipped",
    "plus for minus, twice": "scaled",
    "of the output, negated": "sign-flipped",
    "half a product rule, negated": "sign-flipped",
    "fused twice, without 1 / N": "scaled",
    "no target, without 1 / N": "scaled",
}


@pytest.mark.parametrize("name", PAIRS)
def test_two_mistakes_at_once_are_both_named(name):
    function, derivative, code = PAIRS[name]
    report = sg.check(function, derivative, Z, argument="input")
    assert report.diagnosis == code
    first = report.candidates[0]
    assert first.code == code
    assert first.parameters["also"] == ALSO[name]
    assert first.residual < 1e-6
    assert "Two mistakes at once" in report.explanation


def test_one_mistake_is_not_called_two():
    report = sg.check(softmax, lambda z: softmax(z) * (1 - softmax(z)), Z)
    assert report.diagnosis == "diagonal-only"
    assert "also" not in report.candidates[0].parameters


def log_loss(y, p):
    return -np.sum(y * np.log(p)) / len(p)


def binary_log_loss(t, p):
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


COINS = np.array([1.0, 0.0, 0.0, 1.0, 1.0, 0.0])
BETWEEN = np.linspace(0.15, 0.8, 6)


@pytest.mark.parametrize(
    ("function", "derivative", "x", "right"),
    [
        (partial(log_loss, LABELS), lambda p: p - LABELS, P, "-y / p / len(p)"),
        (partial(log_loss, LABELS), lambda p: (p - LABELS) / 3, P, "-y / p / len(p)"),
        (partial(log_loss, LABELS), lambda p: (LABELS - p) / 15, P, "-y / p / len(p)"),
        (lambda p: -np.log(p[2]), lambda p: p - np.eye(5)[2], P[0], "-y / p"),
        (
            partial(binary_log_loss, COINS),
            lambda p: (p - COINS) / 6,
            BETWEEN,
            "(p - y) / (p * (1 - p)) / p.size",
        ),
    ],
)
def test_p_minus_y_by_probabilities(function, derivative, x, right):
    report = sg.check(function, derivative, x)
    assert report.diagnosis == "fused-gradient"
    assert right in report.explanation.replace("(-y / p)", "-y / p").replace(
        "((p - t) / (p * (1 - p)))", "(p - y) / (p * (1 - p))"
    )


def test_the_line_to_write_instead_is_right():
    assert sg.check(partial(log_loss, LABELS), lambda p: -LABELS / p / len(p), P)
    right = lambda p: (p - COINS) / (p * (1 - p)) / p.size  # noqa: E731
    assert sg.check(partial(binary_log_loss, COINS), right, BETWEEN)


def divergence(a, p):
    return np.sum(a * np.log(a / p))


def test_the_derivative_by_the_other_argument():
    a = RANDOM.dirichlet(np.ones(5), 3)
    for function in (
        partial(divergence, a),
        lambda p: divergence(a, p),
        lambda p, a=a: divergence(a, p),
    ):
        report = sg.check(function, lambda p: 1 + np.log(a / p), P)
        assert report.diagnosis == "other-argument"
        assert report.candidates[0].parameters["argument"] == "a"
    assert sg.check(partial(divergence, a), lambda p: -a / p, P)


def test_looking_at_another_argument_leaves_the_callers_function_alone():
    a = RANDOM.dirichlet(np.ones(5), 3)
    before = a.copy()
    function = lambda p: divergence(a, p)  # noqa: E731
    sg.check(function, lambda p: p, P)
    assert np.array_equal(a, before)
    assert function.__closure__[0].cell_contents is a


def test_a_constant_that_is_added_to_a_product():
    report = sg.check(tanh, lambda z, g: g * (1 - np.tanh(z) ** 2) + 0.01, Z)
    assert report.diagnosis == "constant-offset"
    assert "0.01" in report.explanation


def test_a_term_without_upstream_is_no_mixing_of_rows():
    report = sg.check(silu, lambda z, g: g * sigmoid(z) + z * sigmoid(z) * sigmoid(-z), Z)
    assert report.diagnosis == "term-without-upstream"


def test_an_alpha_for_one_minus_alpha_in_a_loss():
    y = np.array([1.0, 0.0] * 5)

    def balanced(z, alpha=0.2):
        weight = np.where(y == 1, alpha, 1 - alpha)
        return np.sum(weight * np.logaddexp(0.0, np.where(y == 1, -z, z)))

    def slope(z, alpha=0.8):
        return np.where(y == 1, alpha, 1 - alpha) * (sigmoid(z) - y)

    report = sg.check(balanced, slope, RANDOM.standard_normal(10))
    assert report.diagnosis == "wrong-branch"
    assert "1 - alpha" in report.explanation


def test_a_huber_without_its_cut():
    def huber(z):
        return np.sum(np.where(np.abs(z) < 0.7, 0.5 * z * z, 0.7 * np.abs(z) - 0.245))

    report = sg.check(huber, lambda z: z, Z)
    assert report.diagnosis == "wrong-branch"
    assert "np.clip(result, -0.7, 0.7)" in report.explanation


def test_a_weight_matrix_for_its_transpose():
    weights = RANDOM.standard_normal((5, 5))
    head = lambda x: cross_entropy(x @ weights)  # noqa: E731
    report = sg.check(head, lambda x: (softmax(x @ weights) - target_of(x)) @ weights, Z)
    assert report.diagnosis == "transposed"
    assert "weights.T" in report.explanation


def test_a_length_taken_for_a_constant():
    v = RANDOM.standard_normal(5)
    cosine = lambda x: np.sum(x @ v / np.sqrt(np.sum(x * x, axis=-1)))  # noqa: E731
    report = sg.check(cosine, lambda x: v / np.sqrt(np.sum(x * x, axis=-1, keepdims=True)), Z)
    assert report.diagnosis == "missing-term"
    assert "length" in report.explanation


def test_a_softmax_over_the_batch_in_whole_jacobians():
    def jacobians(p):
        return np.einsum("bi,ij->bij", p, np.eye(5)) - np.einsum("bi,bj->bij", p, p)

    across = sg.check(softmax, lambda z: jacobians(softmax(z, axis=0)), Z, "jacobian")
    assert across.diagnosis == "wrong-axis"

    def of_all(z):
        return jacobians(softmax(z.ravel()).reshape(z.shape))

    assert sg.check(softmax, of_all, Z, "jacobian").diagnosis == "batch-mixed"

    def flattened(z):
        p = softmax(z).reshape(-1, 1)
        return np.diagflat(p) - p @ p.T

    report = sg.check(softmax, flattened, Z, "jacobian")
    assert report.qualification == "for one row, of shape (5,)"


def test_a_flattened_whole_jacobian_may_be_right():
    def whole(z):
        p = softmax(z)
        blocks = np.einsum("bi,ij->bij", p, np.eye(5)) - np.einsum("bi,bj->bij", p, p)
        return np.einsum("bij,bc->bicj", blocks, np.eye(3)).reshape(15, 15)

    assert sg.check(softmax, whole, Z, "jacobian")


def log_sum_exp(z):
    return np.log(np.sum(np.exp(z), axis=-1))


def test_rows_that_leak_in_a_log_sum_exp_are_no_missing_term():
    slope = lambda z: np.exp(z) / np.sum(np.exp(z))  # noqa: E731
    assert sg.check(log_sum_exp, slope, Z, "gradient").diagnosis == "batch-mixed"
    across = lambda z: softmax(z, axis=0)  # noqa: E731
    assert sg.check(log_sum_exp, across, Z, "gradient").diagnosis == "wrong-axis"


def test_a_constant_that_is_forgotten_is_a_factor_and_no_identity():
    report = sg.check(lambda x: 8.0 * x, lambda x, g: g, Z)
    assert report.diagnosis == "scaled"
    assert report.candidates[0].parameters["factor"] == pytest.approx(0.125)


def test_what_nothing_explains_stays_unknown():
    report = sg.check(softmax, lambda z, g: g * np.cos(3 * z) + np.roll(g, 1, axis=-1), Z)
    assert report.diagnosis == "unknown"
    report = sg.check(cross_entropy, lambda z: np.sin(5 * z) * softmax(z), Z)
    assert report.diagnosis == "unknown"
