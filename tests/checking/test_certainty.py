"""What is known of a derivative, and what nobody can know: kinks, edges, cancellation."""

import numpy as np

import softgrad as sg
from checking.derivatives import pull_back, softmax

Z = np.random.default_rng(1).standard_normal((3, 5))


def test_at_a_kink_alone_nothing_is_said():
    relu = lambda z: np.maximum(z, 0.0)  # noqa: E731
    report = sg.check(relu, np.eye(2), np.zeros(2), "jacobian")
    assert report.verdict == "inconclusive"


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


def test_a_slope_where_nothing_changes_is_wrong():
    # Nothing is allowed there at all: neither function nor reference has a size.
    assert sg.check(lambda z: np.zeros(3), lambda z: np.eye(3), np.ones(3)).verdict == "wrong"
    assert sg.check(lambda z: np.zeros(3), lambda z: np.zeros((3, 3)), np.ones(3))


def test_kinks():
    def relu(z):
        return np.maximum(z, 0.0)

    x = np.array([0.0, 1.0, -2.0])
    for at_zero in (0.0, 0.3, 1.0):  # any slope between both sides is as good
        assert sg.check(relu, lambda z, s=at_zero: (z > 0) + s * (z == 0), x)
    report = sg.check(relu, lambda z: (z > 0) + 7.0 * (z == 0), x)
    assert (report.verdict, report.diagnosis) == ("wrong", "kink")
    assert sg.check(relu, np.eye(2), np.zeros(2), "jacobian").diagnosis == "kink"


def test_what_cancels_inside_a_function_is_not_held_against_the_derivative():
    def entropy(z):
        p = softmax(z)
        return -np.sum(p * (z - 30.0 - np.log(np.sum(np.exp(z - 30.0)))))

    def slope(z):
        return -pull_back(z, z - 30.0 - np.log(np.sum(np.exp(z - 30.0))))

    assert sg.check(entropy, slope, np.array([30.0, 0.1, -0.6, 0.4]))


def test_steps_are_flat_however_differences_agree_by_chance():
    for seed in range(6):
        x = np.random.default_rng(seed).standard_normal(8)
        assert sg.check(lambda z: np.floor(3 * z), lambda z: 0 * z, x).verdict != "wrong"


def test_squares_of_magnitudes_are_no_complex_step():
    x = 0.3 + 1e-6 * Z  # np.var takes |z|^2, which is nearly right here

    def standardised(z):
        return (z - z.mean(-1, keepdims=True)) / np.sqrt(z.var(-1, keepdims=True) + 1e-5)

    def backward(z, g):
        y, spread = standardised(z), np.sqrt(z.var(-1, keepdims=True) + 1e-5)
        return (g - g.mean(-1, keepdims=True) - y * (g * y).mean(-1, keepdims=True)) / spread

    assert sg.check(standardised, backward, x)


def test_functions_with_a_domain():
    def root_of(x):
        if np.any(x < 0.0):
            raise ValueError("negative")
        return np.sqrt(x)

    x = np.array([0.01, 1.0, 4.0])
    assert sg.check(root_of, lambda x: 0.5 / np.sqrt(x), x)
    assert sg.check(root_of, lambda x: 0.25 / np.sqrt(x), x).diagnosis == "scaled"

    def of_probabilities(p):
        assert abs(np.sum(p) - 1.0) < 1e-12
        return p**2

    report = sg.check(of_probabilities, lambda p: 2 * p, np.array([0.25, 0.25, 0.5]))
    assert report.verdict == "inconclusive"  # no entry can be moved alone

    many = np.full(500, 1.0 / 500)
    assert sg.check(of_probabilities, lambda p: 2 * p, many).verdict != "wrong"


def test_a_good_difference_is_good_enough():
    def slope(z):
        return (np.tanh(z + 1e-5) - np.tanh(z - 1e-5)) / 2e-5

    assert sg.check(np.tanh, slope, Z)
