from __future__ import annotations

import numpy as np

import softgrad as sg

Z = np.array([[1.0, -0.5, 0.25, 3.0], [-2.0, 40.0, 0.0, 1.0]])


def test_the_jacobian_is_a_projection() -> None:
    J = sg.LogSoftmax().jacobian(Z).to_dense()
    assert np.allclose(J @ J, J, rtol=1e-14, atol=1e-16)


def test_a_masked_entry_is_minus_infinity_and_takes_no_cotangent() -> None:
    keep = np.array([True, False, True, True])
    g = np.array([1.0, 5.0, -2.0, 0.5])
    masked = sg.LogSoftmax().vjp(Z[0], g, where=keep)
    assert sg.LogSoftmax()(Z[0], where=keep)[1] == -np.inf
    assert masked[1] == 0.0
    assert np.allclose(masked[keep], sg.LogSoftmax().vjp(Z[0][keep], g[keep]), rtol=1e-15, atol=0.0)


def test_minus_infinity_never_happens_and_takes_no_cotangent() -> None:
    z = np.array([0.0, -np.inf, 1.0])
    assert sg.LogSoftmax()(z)[1] == -np.inf
    assert np.array_equal(sg.LogSoftmax().vjp(z, np.ones(3))[1], 0.0)
    assert np.all(np.isfinite(sg.LogSoftmax().jacobian(z).to_dense()))


def test_the_loss_of_the_true_class_goes_through_the_probability() -> None:
    labels = np.array([3, 1])
    through_logs = sg.OutputLayer(sg.LogSoftmax(temperature=0.5), sg.CrossEntropy())
    through_softmax = sg.OutputLayer(sg.Softmax(temperature=0.5), sg.CrossEntropy())
    for method in ("value", "gradient"):
        expected = getattr(through_softmax, method)(Z, labels)
        assert np.allclose(getattr(through_logs, method)(Z, labels), expected, rtol=1e-15, atol=0.0)
