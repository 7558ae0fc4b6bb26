from __future__ import annotations

import numpy as np

from softgrad.nn import Dense, Network
from softgrad.nn.data import Dataset, Scale
from softgrad.nn.verdict import judge


def held_out(targets, classes=()) -> Dataset:
    targets = np.asarray(targets)
    inputs = np.eye(len(targets))
    return Dataset(
        name="toy", inputs=inputs, targets=targets, classes=classes, features=("",) * len(targets)
    )


def test_a_row_of_the_confusion_matrix_is_a_true_class():
    test = held_out([0, 0, 1], ("cat", "dog"))
    network = Network([Dense(2)], ("softmax", "cross_entropy"), inputs=3)
    # Row by row the logits say: cat, dog (wrongly), dog.
    network.named_parameters["layers.0.weights"][...] = [[9, 0], [0, 9], [0, 9]]
    verdict = judge(network, test.inputs, test, None)
    assert verdict.counts.tolist() == [[1, 1], [0, 1]]
    assert verdict.right == 2


def test_values_are_judged_in_their_own_unit():
    test = held_out([10.0, 30.0])
    scale = Scale(np.float64(20.0), np.float64(10.0))
    network = Network([Dense(1)], ("identity", "squared_error"), inputs=2)
    network.named_parameters["layers.0.weights"][...] = [[-1.0], [1.5]]
    verdict = judge(network, test.inputs, test, scale)
    assert verdict.predicted.tolist() == [10.0, 35.0]
    np.testing.assert_allclose(verdict.error, np.sqrt(25.0 / 2.0), rtol=1e-15)
    np.testing.assert_allclose(verdict.r_squared, 1.0 - 25.0 / 200.0, rtol=1e-15)
    assert verdict.loss == 0.25 / 2.0
