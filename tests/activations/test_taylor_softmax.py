from __future__ import annotations

import numpy as np
import pytest
from mpmath import factorial, fsum, mpf, workdps

import softgrad as sg
from softgrad.arrays.laguerre import gauss_laguerre
from softgrad.arrays.truncated_exponential import truncated_exponential

ORDERS = (2, 4, 6, 10, 20)


def _polynomial(x: float, order: int) -> object:
    return fsum(mpf(x) ** m / factorial(m) for m in range(order + 1))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("order", ORDERS)
def test_the_quadrature_is_the_polynomial_where_horner_cancels(order: int, dtype: type) -> None:
    x = np.linspace(-40.0, 5.0, 181, dtype=dtype)
    f = truncated_exponential(np, x, order)
    limit = 2.0 * float(np.finfo(dtype).eps)
    tiny = limit**2  # the slope is 0 at -1 for order 2
    with workdps(60):
        for i, one in enumerate(x.tolist()):
            value, slope = _polynomial(one, order), _polynomial(one, order - 1)
            bend = _polynomial(one, order - 2)
            scale = mpf(float(f.scale[i]))
            assert abs(mpf(float(f.value[i])) * scale**order / value - 1) < limit
            assert abs(mpf(float(f.slope[i])) * value - slope) < 2 * limit * abs(slope) + tiny
            assert abs(mpf(float(f.bend[i])) * value - bend) < 2 * limit * bend


@pytest.mark.parametrize("points", [2, 6, 21])
def test_gauss_laguerre_integrates_powers_exactly(points: int) -> None:
    with workdps(60):
        nodes = [(mpf(str(t)), mpf(str(w))) for t, w in gauss_laguerre(points)]
        for m in range(2 * points):
            integral = fsum(w * t**m for t, w in nodes)
            assert abs(integral / factorial(m) - 1) < mpf(10) ** -45


def test_order_2_is_the_spherical_softmax_of_shifted_logits() -> None:
    z = np.array([[1.0, -0.5, 0.25, 3.0], [-7.0, 40.0, -1.0, 2.0]])
    spherical = sg.SphericalSoftmax(epsilon=1.0)
    assert np.allclose(sg.TaylorSoftmax()(z), spherical(z + 1.0), rtol=1e-15, atol=0.0)
    J, S = sg.TaylorSoftmax().jacobian(z).to_dense(), spherical.jacobian(z + 1.0).to_dense()
    assert np.allclose(J, S, rtol=1e-14, atol=1e-30)  # both vanish at z = -1


def test_the_largest_probability_may_belong_to_the_smallest_logit() -> None:
    p = sg.TaylorSoftmax()([0.0, -1.0, -4.0])
    assert np.allclose(p, [2 / 13, 1 / 13, 10 / 13], rtol=1e-15, atol=0.0)


def test_subtracting_the_largest_logit_would_change_it() -> None:
    z = np.array([2.0, 1.0, 0.0])
    assert np.allclose(sg.TaylorSoftmax()(z), [5 / 8.5, 2.5 / 8.5, 1 / 8.5], rtol=1e-15, atol=0.0)
    assert np.allclose(sg.TaylorSoftmax()(z - 2.0), [0.4, 0.2, 0.4], rtol=1e-15, atol=0.0)


def test_it_tends_to_softmax() -> None:
    z = np.array([1.0, -0.5, 0.25, 2.0])
    taylor = sg.TaylorSoftmax(order=20)
    assert np.allclose(taylor(z), sg.Softmax()(z), rtol=1e-13, atol=0.0)
    J = taylor.jacobian(z).to_dense()
    assert np.allclose(J, sg.Softmax().jacobian(z).to_dense(), rtol=1e-12, atol=0.0)


@pytest.mark.parametrize("order", [2, 10])
def test_powers_that_overflow_are_scaled(order: int) -> None:
    z = np.array([1e300, -5e299, 1.0, -np.inf])
    p = sg.TaylorSoftmax(order=order)(z)
    half = 0.5**order
    assert np.allclose(p, [1 / (1 + half), half / (1 + half), 0.0, 0.0], rtol=1e-14, atol=0.0)
    assert np.all(np.isfinite(sg.TaylorSoftmax(order=order).jacobian(z).to_dense()))
    assert np.isclose(
        sg.TaylorSoftmax(order=order).log([1e300, 1.0])[1], _log_tail(order), rtol=1e-15, atol=0.0
    )


def _log_tail(order: int) -> float:
    with workdps(30):
        from mpmath import log

        return float(log(_polynomial(1.0, order) * factorial(order)) - order * log(mpf(10)) * 300)


def test_an_odd_order_is_refused() -> None:
    with pytest.raises(sg.SoftgradError, match="even"):
        sg.TaylorSoftmax(order=3)
