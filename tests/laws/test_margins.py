"""A margin is the base activation at z less the margin at the true class, and nothing else.

Liang et al. 2017 (softmax) and Banerjee et al. 2021 (Taylor softmax). The margin is a constant,
so derivatives by z are those of the loss at the shifted logits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import log, mpf, workdps

import softgrad as sg
from laws.ulp import ulp_errors

MARGIN = 0.375  # a dyadic number: z - margin is exact
STEP = mpf(10) ** -40
ACTIVATIONS = [
    sg.Softmax(),
    sg.Softmax(temperature=0.5),
    sg.LogSoftmax(),
    sg.TaylorSoftmax(),
    sg.TaylorSoftmax(order=4),
    sg.SphericalSoftmax(),
    sg.SoftmaxPlusOne(),
]
ROWS = [[1.0, -0.5, 0.25, 2.0], [20.0, -1.5, 0.5, 1.0], [-1.25, 0.75, -3.0, 0.5]]
LABELS = [3, 0, 2]

each_activation = pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
each_dtype = pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=lambda d: d.__name__)


def _loss(activation: Any, z: list[Any], label: int) -> Any:
    """-log p of the true class at z - margin e_label, by the definition."""
    shifted = [x - MARGIN * (i == label) for i, x in enumerate(z)]
    output = activation.exact(shifted)[label]
    return -output if activation.domain.kind == "log-simplex" else -log(output)


def _moved(row: list[float], *moves: tuple[int, int]) -> list[Any]:
    z = [mpf(x) for x in row]
    for index, sign in moves:
        z[index] += sign * STEP
    return z


@each_dtype
@each_activation
def test_value_and_gradient_are_those_of_the_shifted_logits(activation: Any, dtype: Any) -> None:
    layer = sg.OutputLayer(activation, sg.CrossEntropy(), margin=MARGIN)
    z = np.array(ROWS, dtype=dtype)
    values, gradients = layer.value_and_gradient(z, np.array(LABELS))
    with workdps(200):
        for row, label, value, gradient in zip(ROWS, LABELS, values, gradients, strict=True):
            assert ulp_errors(value, _loss(activation, _moved(row), label)) <= 4
            for i in range(4):
                up, down = (_loss(activation, _moved(row, (i, s)), label) for s in (1, -1))
                assert ulp_errors(gradient[i], (up - down) / (2 * STEP)) <= 8


@each_activation
def test_the_hessian_is_that_of_the_shifted_logits(activation: Any) -> None:
    layer = sg.OutputLayer(activation, sg.CrossEntropy(), margin=MARGIN)
    hessian = layer.hessian(np.array(ROWS), np.array(LABELS)).to_dense()
    with workdps(200):
        for row, label, matrix in zip(ROWS, LABELS, hessian, strict=True):
            for i in range(4):
                for j in range(4):
                    corners = [
                        a * b * _loss(activation, _moved(row, (i, a), (j, b)), label)
                        for a in (1, -1)
                        for b in (1, -1)
                    ]
                    exact = sum(corners) / (4 * STEP**2)
                    scale = float(abs(exact)) + 0.01 * float(np.max(np.abs(matrix)))
                    assert ulp_errors(matrix[i, j], exact, scale) <= 16


@each_activation
def test_no_margin_is_the_base_and_prediction_knows_none(activation: Any) -> None:
    z, labels = np.array(ROWS), np.array(LABELS)
    layer = sg.OutputLayer(activation, sg.CrossEntropy())
    assert np.array_equal(layer.value(z, labels, margin=0.0), layer.value(z, labels))
    assert np.array_equal(
        sg.OutputLayer(activation, sg.CrossEntropy(), margin=MARGIN).predict(z), activation(z)
    )


@each_activation
def test_a_margin_makes_the_loss_of_softmax_larger(activation: Any) -> None:
    if activation.shift_invariant:
        z, labels = np.array(ROWS), np.array(LABELS)
        layer = sg.OutputLayer(activation, sg.CrossEntropy())
        assert np.all(layer.value(z, labels, margin=MARGIN) > layer.value(z, labels))
