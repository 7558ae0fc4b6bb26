from __future__ import annotations

import numpy as np
import pytest
from mpmath import fsum, mpf, workdps

import softgrad as sg

SPARSEMAX_LOSS = sg.OutputLayer(sg.Sparsemax(), sg.FenchelYoung())


def test_small_logits_get_exactly_zero() -> None:
    assert np.array_equal(sg.Sparsemax()([0.5, 0.25, -1.0]), [0.625, 0.375, 0.0])


def test_it_is_the_nearest_point_of_the_simplex() -> None:
    rng = np.random.default_rng(3)
    z = rng.standard_normal((200, 5))
    p = sg.Sparsemax()(z)
    others = rng.dirichlet(np.ones(5), size=(200, 50))
    nearest = np.sum((p - z) ** 2, axis=-1)[:, None]
    assert np.all(np.sum((others - z[:, None]) ** 2, axis=-1) >= nearest)


def test_entries_just_above_the_cut_keep_their_digits() -> None:
    z = np.array([0.3, -0.7 + 1e-9, 0.3 - 1e-13, -5.0])
    shifted = np.array([1e6, 1e6 - 1.0 + 2.0**-33, 1e6 - 8.0])
    for row in (z, shifted):
        with workdps(50):
            exact = sg.Sparsemax().exact([mpf(x) for x in row.tolist()])
            for p, reference in zip(sg.Sparsemax()(row).tolist(), exact, strict=True):
                assert abs(mpf(p) - reference) <= 2e-16 * reference


def test_its_loss_is_zero_exactly_where_the_true_logit_leads_by_one() -> None:
    # 1 + 2^-40 leads and 1 - 2^-40 does not.
    for gap in (-(2.0**-40), 0.0, 2.0**-40, 3.0):
        z = np.array([0.25, 1.25 + gap, -7.0])
        value, gradient = SPARSEMAX_LOSS.value_and_gradient(z, np.array(1))
        assert (value == 0.0) == (gap >= 0.0)
        assert np.all(gradient == 0.0) == (gap >= 0.0)


@pytest.mark.parametrize("offset", [0.0, 1e6])
@pytest.mark.parametrize("t", [[0.0, 1.0, 0.0], [0.5, 0.25, 0.25], [0.0, 0.0, 1.0]], ids=str)
def test_its_loss_is_the_published_one_without_its_cancellation(
    t: list[float], offset: float
) -> None:
    z = np.array([0.00048828125, 1.0, -0.25]) + offset
    with workdps(50):
        w, y = [mpf(x) for x in z.tolist()], [mpf(x) for x in t]
        p = sg.Sparsemax().exact(w)
        tau = max(x - q for x, q in zip(w, p, strict=True) if q > 0)
        squares = fsum(x * x - tau * tau for x, q in zip(w, p, strict=True) if q > 0)
        expected = squares / 2 + fsum(x * x for x in y) / 2 + mpf(1) / 2
        expected -= fsum(a * b for a, b in zip(w, y, strict=True)) + mpf(1) / 2 - mpf(1) / 2
        # Martins and Astudillo's loss has 1/2 in the place of half of |t|^2, which is the same
        # for a label; for soft targets both halves differ by a constant.
        expected -= mpf(1) / 2
        computed = mpf(float(SPARSEMAX_LOSS.value(z, np.array(t))))
        assert abs(computed - expected) <= 1e-15 * abs(expected)


def test_the_jacobian_is_the_centring_of_the_support() -> None:
    J = sg.Sparsemax().jacobian([0.5, 0.25, -1.0, 0.4])
    third = np.array([[2, -1, 0, -1], [-1, 2, 0, -1], [0, 0, 0, 0], [-1, -1, 0, 2]]) / 3.0
    assert np.allclose(J.to_dense(), third, rtol=1e-15, atol=0.0)
    assert np.array_equal(sg.Sparsemax().curvature([0.5, 0.25], [1.0, 2.0]).diagonal(), [0.0, 0.0])
