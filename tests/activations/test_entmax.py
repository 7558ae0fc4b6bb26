from __future__ import annotations

import numpy as np
import pytest
from mpmath import fsum, mpf, workdps

import softgrad as sg

ROWS = np.array([[0.3, -0.7, 0.25, 1.0], [2.0, 1.5, -1.0, 1.75], [0.0, 0.0, 0.0, 0.0]])
ALPHAS = (1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 6.0, 40.0)


def test_at_1_it_is_softmax_and_at_2_sparsemax() -> None:
    assert np.allclose(sg.Entmax(alpha=1.0)(ROWS), sg.Softmax()(ROWS), rtol=1e-15, atol=0.0)
    assert np.array_equal(sg.Entmax(alpha=2.0)(ROWS), sg.Sparsemax()(ROWS))


def test_towards_1_it_tends_to_softmax() -> None:
    for alpha in (1 + 2.0**-20, 1 + 2.0**-40, 1 + 2.0**-52):
        p, J = sg.Entmax(alpha=alpha).linearize(ROWS)
        assert np.allclose(p, sg.Softmax()(ROWS), rtol=10 * (alpha - 1) + 1e-15, atol=0.0)
        softmax = sg.Softmax().jacobian(ROWS).to_dense()
        assert np.allclose(J.to_dense(), softmax, rtol=20 * (alpha - 1) + 4e-15, atol=0.0)


@pytest.mark.parametrize("special", [1.5, 2.0])
def test_the_closed_forms_agree_with_the_iteration(special: float) -> None:
    beside = sg.Entmax(alpha=np.nextafter(special, 9.0).item())
    assert np.allclose(beside(ROWS), sg.Entmax(alpha=special)(ROWS), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_rows_far_from_0_sum_to_1(alpha: float) -> None:
    rng = np.random.default_rng(7)
    for size in (2, 5, 17):
        p = sg.Entmax(alpha=alpha)(2.0 * rng.standard_normal((50, size)) + 100.0)
        assert np.allclose(np.sum(p, axis=-1), 1.0, rtol=1e-15, atol=0.0)


@pytest.mark.parametrize("alpha", [1.25, 1.5, 3.0])
def test_many_equal_logits_share_evenly(alpha: float) -> None:
    p = sg.Entmax(alpha=alpha)(np.zeros(100_000))
    assert np.allclose(p, 1e-5, rtol=1e-14, atol=0.0)


@pytest.mark.parametrize("alpha", [1.25, 1.5, 2.0, 3.0])
def test_the_loss_is_zero_where_the_true_logit_leads_by_enough(alpha: float) -> None:
    layer = sg.OutputLayer(sg.Entmax(alpha=alpha), sg.FenchelYoung())
    margin = 1.0 / (alpha - 1.0)
    assert layer.value([0.0, margin * 1.001, -1.0], np.array(1)) == 0.0
    assert layer.value([0.0, margin * 0.999, -1.0], np.array(1)) > 0.0


def _fenchel_young(alpha: float, z: list[float], t: list[float]) -> object:
    """Potential and conjugate by their definitions, with Tsallis' entropy."""
    with workdps(220):
        w, y, a = [mpf(x) for x in z], [mpf(x) for x in t], mpf(alpha)
        p = sg.Entmax(alpha=alpha).exact(w)
        gain = fsum(x * (q - s) for x, q, s in zip(w, p, y, strict=True))
        return gain + fsum(s**a - q**a for q, s in zip(p, y, strict=True)) / (a * (a - 1))


TARGETS = [[0.0, 1.0, 0.0, 0.0], [0.25, 0.125, 0.5, 0.125], [0.5, 0.25, 0.125, 0.0625]]


@pytest.mark.parametrize("t", TARGETS, ids=str)
@pytest.mark.parametrize("alpha", [1.05, 1.25, 1.5, 1.75, 2.0, 3.0, 40.0])
def test_the_fenchel_young_loss_is_its_definition(alpha: float, t: list[float]) -> None:
    layer = sg.OutputLayer(sg.Entmax(alpha=alpha), sg.FenchelYoung())
    for row in [*ROWS.tolist(), [-3.0, 4.0, 0.5, -1.0], [0.0, 1 / (alpha - 1) - 1e-6, 0.0, -2.0]]:
        expected = _fenchel_young(alpha, row, t)
        computed = mpf(float(layer.value(row, np.array(t))))
        terms = 1.0 + max(abs(x) for x in row) * (sum(t) != 1.0)
        rounding = 2e-16 * terms * float(np.sum(np.abs(layer.gradient(row, np.array(t)))))
        steepness = max(1.0, alpha / 4.0)  # of t^alpha, by the rounding of a logarithm
        assert abs(computed - expected) <= 2e-15 * steepness * abs(expected) + rounding


def test_targets_that_do_not_sum_to_1_have_the_gradient_of_their_value() -> None:
    layer = sg.OutputLayer(sg.Entmax(), sg.FenchelYoung())
    z, t, v = ROWS[0], np.array([0.5, 0.25, 0.0, 0.75]), np.array([1.0, -0.5, 0.25, 2.0])
    h = 2.0**-20
    slope = (layer.value(z + h * v, t) - layer.value(z - h * v, t)) / (2 * h)
    assert np.isclose(slope, np.dot(layer.gradient(z, t), v), rtol=1e-8, atol=0.0)


def test_the_jacobian_is_that_of_the_output_alone() -> None:
    for alpha in (1.0, 1.25, 1.5, 2.0, 3.0):
        p, J = sg.Entmax(alpha=alpha).linearize(ROWS)
        from_output = sg.Entmax(alpha=alpha).jacobian_from_output(p)
        assert np.allclose(from_output.to_dense(), J.to_dense(), rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("alpha", [0.99, float("nan"), -2.0])
def test_an_alpha_below_1_is_refused(alpha: float) -> None:
    with pytest.raises(sg.SoftgradError, match="alpha"):
        sg.Entmax(alpha=alpha)
