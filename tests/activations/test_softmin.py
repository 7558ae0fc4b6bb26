from __future__ import annotations

import numpy as np

import softgrad as sg

Z = np.array([[1.0, -0.5, 0.25, 3.0], [-2.0, 40.0, 0.0, 1.0]])


def test_it_is_softmax_of_the_negated_logits() -> None:
    softmax = sg.Softmax(temperature=0.5)(-Z)
    assert np.allclose(sg.Softmin(temperature=0.5)(Z), softmax, rtol=1e-15, atol=0.0)


def test_its_jacobian_is_the_negated_one() -> None:
    J = sg.Softmin().jacobian(Z).to_dense()
    assert np.array_equal(J, -sg.Softmax().jacobian(-Z).to_dense())


def test_an_infinite_cost_never_happens() -> None:
    z = np.array([0.0, np.inf, 1.0])
    assert sg.Softmin()(z)[1] == 0.0
    assert np.array_equal(sg.Softmin()(z[[0, 2]]), sg.Softmin()(z)[[0, 2]])


def test_a_masked_entry_is_left_out_as_an_infinite_cost() -> None:
    keep = np.array([True, False, True])
    z = np.array([0.0, -50.0, 1.0])
    assert np.array_equal(sg.Softmin()(z, where=keep), sg.Softmin()([0.0, np.inf, 1.0]))
