"""What is left of terms that cancel keeps its digits: mpmath says what that is, on every path."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import exp, expm1, log, log1p, mpf, workdps

import softgrad as sg
from laws.both_ways import each_path
from laws.cases import DTYPES, identify
from laws.reference_pairs import exact_pair
from laws.ulp import within
from softgrad import OutputLayer


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_long_row_is_centred_at_its_likeliest_entry(dtype: Any) -> None:
    # The largest entry stands in the last block of the row. One in the first block is a power of
    # two less likely, to the last digit or next to it: what is stored of both may be the same.
    n, rows, first, last = 9000, 60, 5, 8800
    top = np.linspace(3.0, 40.0, rows).astype(dtype)
    z = np.full((rows, n), -200.0, dtype)
    z[:, last] = top
    z[:, first] = top.astype(np.float64) - np.arange(rows).clip(30, 45) * np.log(2.0)
    g = np.zeros_like(z)
    g[:, first], g[:, last] = 3.0, 1.0
    with workdps(60):
        odds = [exp(mpf(float(a)) - mpf(float(b))) for a, b in z[:, [first, last]]]
        want = [2 * x / (1 + x) ** 2 for x in odds]
    for path in each_path():
        for product in (sg.softmax.vjp(z, g), sg.softmax.jvp(z, g)):
            within(8, product[:, first], want, where=path)
            within(8, product[:, last], [-x for x in want], where=path)


def own_curvature(activation: Any, z: Any) -> np.ndarray:
    """The second derivative of -log of a probability of nearly 0, by its own logit."""
    beside = np.stack([z, np.full_like(z, 1e100)], axis=-1)
    layer = OutputLayer(activation, "cross_entropy")
    return layer.gradient_and_hessian_diagonal(beside, np.zeros(len(z), int))[1][:, 0]


@pytest.mark.parametrize("epsilon", [0.1, 1e-6, 0.7])
def test_where_the_logarithm_of_a_square_turns_its_curvature_keeps_its_digits(
    epsilon: float,
) -> None:
    # It is 2 (z^2 - e) / (z^2 + e)^2, and z^2 is e to the last digits.
    z = np.sqrt(epsilon) * (1.0 + np.arange(-8, 9) * 2.0**-52)
    with workdps(60):
        e = mpf(epsilon)
        want = [2 * (x**2 - e) / (x**2 + e) ** 2 for x in map(mpf, z.tolist())]
    for path in each_path():
        within(8, own_curvature(sg.SphericalSoftmax(epsilon=epsilon), z), want, where=path)


def test_the_logarithm_of_softplus_keeps_the_digits_of_its_curvature() -> None:
    z = np.linspace(-45.0, 30.0, 3001)
    want = []
    with workdps(60):
        for x in map(mpf, z.tolist()):
            p, s = 1 / (1 + exp(-x)), log1p(exp(x))
            want.append((p / s) ** 2 - p / s / (1 + exp(x)))
    for path in each_path():
        within(8, own_curvature(sg.NormalisedSoftplus(), z), want, where=path)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "activation",
    [sg.TaylorSoftmax(), sg.TaylorSoftmax(order=4), sg.SphericalSoftmax(), sg.NormalisedSoftplus()],
    ids=identify,
)
def test_a_confident_row_keeps_the_digits_of_what_its_label_lacks(
    activation: Any, dtype: Any
) -> None:
    z = np.array([[1e3, 1.0, -0.5], [1e6, 2.0, 0.25], [1e12, -1.0, 3.0]], dtype)
    label = (1.0, 0.0, 0.0)
    rows = [exact_pair(activation, sg.cross_entropy, tuple(map(float, x)), label) for x in z]
    slopes, bends = [row.gradient[0] for row in rows], [row.hessian[0][0] for row in rows]
    labels = np.zeros(3, int)
    for path in each_path():
        layer = OutputLayer(activation, "cross_entropy")
        gradient, diagonal = layer.gradient_and_hessian_diagonal(z, labels)
        within(8, gradient[:, 0], slopes, where=path)
        within(32, diagonal[:, 0], bends, where=path)
        within(32, layer.hessian(z, labels).to_dense()[:, 0, 0], bends, where=path)


WEIGHTS = [sg.TaylorSoftmax(), sg.TaylorSoftmax(order=4), sg.SphericalSoftmax()]


@pytest.mark.parametrize("activation", WEIGHTS, ids=identify)
def test_weights_far_apart_and_far_out_keep_value_and_logarithm(activation: Any) -> None:
    power = getattr(activation, "order", 2)
    # Beside squares that overflow: one that the power alone would round to 0, one of as many bits,
    # one that is itself next to nothing.
    z = np.array(
        [
            [2.0**600, 1.3 * 2.0**449],
            [2.0**500, 1.3 * 2.0**240],
            [1.01 * 2.0**450, 0.99 * 2.0**450],
            [1.01 * 2.0**225, 0.99 * 2.0**225],
            [2.0**600, 1.2345 * 2.0 ** (600 - 1064 / power)],
        ]
    )
    with workdps(700):
        p = [activation.exact([mpf(x) for x in row]) for row in z.tolist()]
        logs = [[log(x) for x in row] for row in p]
    for path in each_path():
        within(4, activation(z), p, where=path)
        within(4, activation.log(z), logs, where=path)


@pytest.mark.parametrize("activation", [*WEIGHTS, sg.NormalisedSoftplus()], ids=identify)
def test_an_infinite_logit_does_not_turn_any_other(activation: Any) -> None:
    z = np.array([[np.inf, 1.0], [-np.inf, 1.0]])
    alone = np.array([[1e160, 1.0], [-np.inf, 1.0]])
    if activation.name == "normalised_softplus":
        alone[0, 0] = 1e300
    labels = np.ones(2, int)
    for path in each_path():
        layer = OutputLayer(activation, "cross_entropy")
        far = layer.gradient_and_hessian_diagonal(alone, labels)
        for got, near in zip(layer.gradient_and_hessian_diagonal(z, labels), far, strict=True):
            assert np.all(got[:, 0] == 0), (path, got)
            within(4, got[:, 1], near[:, 1], where=path)
        dense = layer.hessian(z, labels).to_dense()
        assert np.array_equal(dense[:, 0], np.zeros((2, 2))), (path, dense)
        assert np.array_equal(dense[:, :, 0], np.zeros((2, 2))), (path, dense)


@pytest.mark.parametrize("alpha", [0.0, 0.25, 1.0])
def test_a_divergence_beside_a_tiny_target_keeps_the_digits_of_its_slope(alpha: float) -> None:
    # (1 - (t / p)^a) / a of both sides of the coin, of which one takes the other's place.
    z = np.array([-40.0, -300.0, -650.0])[:, None]
    t = np.exp(z) * (1.0 + 1e-9)
    want = []
    with workdps(700):
        for x, y in zip(map(mpf, z[:, 0].tolist()), map(mpf, t[:, 0].tolist()), strict=True):
            p = 1 / (1 + exp(-x))
            logs = log(y / p), log((1 - y) / (1 - p))
            heads, tails = (-expm1(alpha * u) / alpha if alpha else -u for u in logs)
            want.append(p * (1 - p) * (heads - tails))
    for path in each_path():
        layer = OutputLayer(sg.sigmoid, sg.AlphaDivergence(alpha=alpha))
        within(8, layer.gradient(z, t)[:, 0], want, np.exp(z[:, 0]), where=path)


@pytest.mark.parametrize("temperature", [0.5, 3.0])
def test_what_targets_lack_of_1_weighs_the_logsumexp(temperature: float) -> None:
    z, t = [1.0, -0.5, 2.0], [0.25, 0.125, 0.375]
    with workdps(60):
        scaled = [mpf(x) / temperature for x in z]
        potential = log(sum(exp(x) for x in scaled))
        want = potential + sum(mpf(y) * (log(mpf(y)) - x) for x, y in zip(scaled, t, strict=True))
    for path in each_path():
        layer = OutputLayer(sg.Softmax(temperature=temperature), "fenchel_young")
        value = layer.value(np.array([z]), np.array([t]), check_target=False)
        within(4, value[0], temperature * want, 1.0, where=path)


KINKED = [sg.ELU(alpha=0.3), sg.ELU(alpha=3.0), sg.CELU(alpha=0.3), sg.SELU(), sg.relu]


@pytest.mark.parametrize("activation", KINKED, ids=identify)
def test_by_the_output_a_kink_has_the_slope_that_it_has_by_the_logit(activation: Any) -> None:
    z = np.array([0.0, -0.5, 0.5, np.nan])[:, None]
    found = activation.jacobian_from_output(activation(z)).diagonal()
    assert np.array_equal(found[[0, 3]], activation.jacobian(z).diagonal()[[0, 3]], equal_nan=True)


def test_a_likely_coin_misses_its_target_by_its_complement() -> None:
    z = np.array([1.0, 3.0, 4.5, 6.0, 6.75])[:, None]
    with workdps(60):
        q = [1 / (1 + exp(mpf(x))) for x in z[:, 0].tolist()]
        want = [-2 * x * x * (1 - x) for x in q]
    for path in each_path():
        gradient = OutputLayer("sigmoid", "squared_error").gradient(z, np.ones_like(z))
        within(8, gradient[:, 0], want, where=path)
