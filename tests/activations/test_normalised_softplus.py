from __future__ import annotations

import numpy as np

import softgrad as sg

close = {"rtol": 1e-15, "atol": 0.0}


def test_far_below_zero_it_is_softmax() -> None:
    z = np.array([[-60.0, -61.5, -59.0], [-1000.0, -1001.0, -1700.0]])
    assert np.allclose(sg.NormalisedSoftplus()(z), sg.Softmax()(z), **close)
    assert np.allclose(sg.NormalisedSoftplus().log(z), sg.Softmax().log(z), **close)
    J = sg.NormalisedSoftplus().jacobian(z).to_dense()
    assert np.allclose(J, sg.Softmax().jacobian(z).to_dense(), rtol=1e-14, atol=0.0)


def test_far_above_zero_it_divides_by_the_sum() -> None:
    z = np.array([100.0, 250.0, 50.0])
    assert np.allclose(sg.NormalisedSoftplus()(z), z / z.sum(), **close)


def test_a_tail_that_underflows_by_itself_keeps_its_share() -> None:
    p = sg.NormalisedSoftplus()([-39.0, -740.0])
    assert np.isclose(p[1], np.exp(-701.0), rtol=1e-13, atol=0.0)


def test_adding_a_constant_matters() -> None:
    low, high = sg.NormalisedSoftplus()([[0.0, 1.0], [1.0, 2.0]])
    assert np.all(np.abs(low - high) > 0.01)
