from __future__ import annotations

import numpy as np

import softgrad as sg


def test_it_is_one_hot_and_ties_go_to_the_lowest_index() -> None:
    z = np.array([[0.0, 2.0, 1.0], [3.0, 3.0, 3.0], [-1.0, 4.0, 4.0]])
    assert np.array_equal(sg.Hardmax()(z), [[0, 1, 0], [1, 0, 0], [0, 1, 0]])
    assert np.array_equal(sg.Hardmax().complement(z), 1.0 - sg.Hardmax()(z))
    assert np.array_equal(np.exp(sg.Hardmax().log(z)), sg.Hardmax()(z))


def test_the_derivative_passes_straight_through_to_softmax_and_says_so() -> None:
    z, g = np.array([0.0, 2.0, 1.0]), np.array([1.0, -0.5, 2.0])
    assert not sg.Hardmax().derivative_is_exact
    assert np.array_equal(sg.Hardmax().vjp(z, g), sg.Softmax().vjp(z, g))
    assert np.array_equal(sg.Hardmax().hvp(z, g, g), sg.Softmax().hvp(z, g, g))


def test_a_step_against_the_gradient_turns_a_wrong_answer_round() -> None:
    layer = sg.OutputLayer(sg.Hardmax(), sg.SquaredError())
    z, label = np.array([0.0, 1.0]), np.array([1.0, 0.0])
    assert layer.value(z, label) == 2.0
    assert layer.value(z - layer.gradient(z, label), label) == 0.0


def test_rows_of_nothing_give_zeros_and_nan_stays() -> None:
    z = np.array([[-np.inf, -np.inf], [np.nan, 1.0], [np.inf, 1.0]])
    p = sg.Hardmax()(z)
    assert np.array_equal(p[[0, 2]], [[0.0, 0.0], [1.0, 0.0]])
    assert np.all(np.isnan(p[1]))
