from __future__ import annotations

import numpy as np
import pytest
from mpmath import exp, fsum, mpf, workdps

import softgrad as sg

Z = np.array([[1.0, -0.5, 0.25], [-2.0, 40.0, 0.0]])


def test_it_is_softmax_of_the_noisy_logits() -> None:
    noise = np.array([0.5, 2.0, -1.25])
    gumbel, softmax = sg.GumbelSoftmax(temperature=0.5, noise=noise), sg.Softmax(temperature=0.5)
    close = {"rtol": 1e-15, "atol": 0.0}
    assert np.allclose(gumbel(Z), softmax(Z + noise), **close)
    assert np.allclose(gumbel.log(Z), softmax.log(Z + noise), **close)
    v = np.array([1.0, -2.0, 0.5]) * np.ones_like(Z)
    assert np.allclose(gumbel.jvp(Z, v), softmax.jvp(Z + noise, v), **close)
    assert np.allclose(gumbel.hvp(Z, v, v), softmax.hvp(Z + noise, v, v), rtol=1e-12, atol=0.0)


def test_the_sum_with_the_noise_is_not_rounded() -> None:
    z, noise = np.array([1000.1, 1000.3, 999.9]), np.array([0.1, -1.7, 2.3])
    with workdps(40):
        e = [exp(mpf(x) + mpf(g)) for x, g in zip(z.tolist(), noise.tolist(), strict=True)]
        for p, weight in zip(sg.GumbelSoftmax(noise=noise)(z).tolist(), e, strict=True):
            assert abs(mpf(p) * fsum(e) / weight - 1) < 5e-16


def test_a_seed_gives_the_same_noise_at_every_call_and_in_every_row_and_dtype() -> None:
    seeded = sg.GumbelSoftmax(generator=3)
    assert np.array_equal(seeded(Z), seeded(Z))
    assert np.array_equal(seeded(Z[1]), seeded(Z)[1])
    assert np.allclose(seeded(Z.astype(np.float32)), seeded(Z), rtol=5e-7, atol=0.0)
    assert not np.array_equal(seeded(Z), sg.GumbelSoftmax(generator=4)(Z))


def test_without_a_seed_every_call_and_every_row_draws_anew() -> None:
    z = np.zeros((2, 5))
    assert not np.array_equal(sg.GumbelSoftmax()(z), sg.GumbelSoftmax()(z))
    assert not np.array_equal(*sg.GumbelSoftmax()(z))


def test_a_generator_moves_on_and_can_be_repeated() -> None:
    z = np.zeros((2, 5))
    generator = np.random.default_rng(1)
    first, second = (sg.GumbelSoftmax(generator=generator)(z) for _ in range(2))
    assert not np.array_equal(first, second)
    assert np.array_equal(first, sg.GumbelSoftmax(generator=np.random.default_rng(1))(z))


def test_the_largest_entry_is_a_draw_from_softmax() -> None:
    z = np.array([0.0, 1.0, -1.0, 0.5])
    rows = np.broadcast_to(z, (200_000, 4))
    draws = np.argmax(sg.GumbelSoftmax(generator=np.random.default_rng(2))(rows), axis=-1)
    p = sg.Softmax()(z)
    deviation = np.sqrt(p * (1.0 - p) / len(rows))
    assert np.all(np.abs(np.bincount(draws) / len(rows) - p) < 5.0 * deviation)


def test_masked_and_impossible_entries_stay_so_under_noise() -> None:
    seeded = sg.GumbelSoftmax(generator=0)
    assert seeded([1.0, -np.inf, 2.0])[1] == 0.0
    assert seeded([1.0, 5.0, 2.0], where=np.array([True, False, True]))[1] == 0.0
    assert np.array_equal(seeded([1.0, np.inf, 2.0]), [0.0, 1.0, 0.0])


@pytest.mark.parametrize("generator", [-1, 0.5, True, "0"])
def test_a_generator_that_is_none_is_refused(generator: object) -> None:
    with pytest.raises(sg.SoftgradError, match="generator"):
        sg.GumbelSoftmax(generator=generator)


def test_noise_from_two_places_is_refused() -> None:
    with pytest.raises(sg.SoftgradError, match="not both"):
        sg.GumbelSoftmax(generator=0, noise=np.zeros(3))


def test_fresh_noise_has_no_exact_value() -> None:
    with pytest.raises(sg.SoftgradError, match="seed"):
        sg.GumbelSoftmax().exact([0.0, 1.0])
