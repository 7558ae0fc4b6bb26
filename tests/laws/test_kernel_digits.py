"""Where a plain formula would lose its digits, a kernel and its definition keep them.

Near the target, near one standard deviation, beside probabilities that underflow: mpmath says what
is right, on every path, for rows along the lanes of registers and for one row a lane.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from mpmath import exp, log, mpf, workdps

import softgrad as sg
from laws import bounds
from laws.both_ways import each_instruction_set, each_path
from laws.cases import DTYPES, identify
from laws.reference_pairs import exact_pair
from laws.ulp import within
from softgrad import OutputLayer

each_dtype = pytest.mark.parametrize("dtype", DTYPES)
RATES = {np.float64: (1e-4, -1e-8, 2.0**-40), np.float32: (1e-2, -1e-4, 2.0**-20)}
DIVERGENCES = [
    sg.kl_divergence,
    sg.reverse_kl_divergence,
    sg.jensen_shannon,
    sg.AlphaDivergence(alpha=0.0),
    sg.AlphaDivergence(alpha=0.25),
    sg.AlphaDivergence(alpha=0.5),
    sg.AlphaDivergence(alpha=1.0),
    sg.squared_error,
    sg.huber,
    sg.PseudoHuber(delta=0.25),
    sg.log_cosh,
    sg.cosine,
    sg.spherical_score,
    sg.dice,
]


@each_dtype
@pytest.mark.parametrize("loss", DIVERGENCES, ids=identify)
@pytest.mark.parametrize("activation", [sg.softmax, sg.sigmoid], ids=identify)
def test_a_loss_near_its_target_keeps_its_digits(activation: Any, loss: Any, dtype: Any) -> None:
    if not loss.fits(activation):
        return
    rates = np.array(RATES[dtype])
    z = np.array([[0.25, -1.5, 0.75], [9.0, 0.5, -2.0], [-1.0, -1.0, 12.0]], dtype)
    p = activation(z.astype(np.float64))
    t = p * (1.0 + np.outer(rates, [1.0, -1.0, 0.5]))
    if activation.rowwise:
        t[:, 1] += 1.0 - np.sum(t, axis=-1)
    t = np.clip(t, 0.0, 1.0).astype(dtype)
    rows = [
        exact_pair(activation, loss, *(tuple(map(float, x)) for x in row))
        for row in zip(z, t, strict=True)
    ]
    value_limit = bounds.allowed("pair value", bounds.PAIR_VALUE, activation, loss)
    slope_limit = bounds.allowed("pair gradient", bounds.PAIR_GRADIENT, activation, loss)
    for path in each_path():
        layer = OutputLayer(activation, loss)
        for copies in (1, 16):
            # In float32 the definition takes logarithms in float32, the kernel in float64.
            slack = 4 if path == "definition" and dtype is np.float32 else 1
            many = np.repeat(z, copies, axis=0), np.repeat(t, copies, axis=0)
            value, gradient = layer.value_and_gradient(*many)
            for i, row in enumerate(rows):
                where = (path, copies, i)
                within(
                    slack * value_limit, value[i * copies], row.value, row.value_scale, where=where
                )
                got = gradient[i * copies]
                within(slack * slope_limit, got, row.gradient, row.gradient_scale, where=where)


DISTANCES = [1e-9, 0.1, 0.3, 0.86, 0.9, 1.25, 3.0, 20.0, 400.0]


@each_dtype
@pytest.mark.parametrize(
    "loss", [sg.log_cosh, sg.Huber(delta=0.3), sg.PseudoHuber(delta=0.3)], ids=identify
)
def test_a_robust_loss_keeps_its_digits_at_any_distance(loss: Any, dtype: Any) -> None:
    z = np.array([*DISTANCES, *(-x for x in DISTANCES)], dtype)[:, None]
    t = np.zeros_like(z)
    rows = [exact_pair(sg.identity, loss, (float(x),), (0.0,)) for x in z[:, 0]]
    for path in each_path():
        layer = OutputLayer(sg.identity, loss)
        value, gradient = layer.value_and_gradient(z, t)
        bend = layer.gradient_and_hessian_diagonal(z, t)[1]
        within(4, value, [row.value for row in rows], where=path)
        within(4, gradient[:, 0], [row.gradient[0] for row in rows], where=path)
        if loss.name != "huber":
            tiny = bounds.underflow(dtype)
            want = [row.hessian[0][0] for row in rows]
            within(8, bend[:, 0], want, np.maximum(np.abs(np.float64(want)), tiny), where=path)


@each_dtype
def test_gaussian_keeps_its_digits_at_one_standard_deviation(dtype: Any) -> None:
    # With mean and log-variance 0 the slope by the latter is (1 - t^2) / 2.
    steps = np.array([0, 1, -1, 2, -2, 5, -5, 1000]) * np.finfo(dtype).eps
    t = np.concatenate([1.0 + steps, -1.0 - steps]).astype(dtype)
    z = np.zeros((len(t), 2), dtype)
    exact = [(1 - Fraction(float(x)) ** 2) / 2 for x in t]
    for path in each_path():
        gradient = OutputLayer(sg.identity, "gaussian").gradient(z, t)
        within(4, gradient[:, 1], [mpf(x.numerator) / x.denominator for x in exact], where=path)
        assert np.array_equal(gradient[:, 0], -t), path


@each_dtype
def test_z_loss_far_up_keeps_the_digits_of_its_curvature(dtype: Any) -> None:
    # 2 log Z p (1 - p) + 2 p^2, where log Z is large and 1 - p small.
    below = np.array([[0.0, -3.0, -4.0], [0.0, -14.0, -20.0]]) * (2 if dtype is np.float64 else 1)
    height = 2.0**20 if dtype is np.float64 else 2.0**14
    z = (height + below).astype(dtype)
    assert np.array_equal(z.astype(np.float64) - height, below)
    with workdps(60):
        e = [[exp(mpf(x)) for x in row] for row in below]
        want = []
        for row in e:
            p, rest = row[0] / sum(row), sum(row[1:]) / sum(row)
            want.append(2 * (height + log(sum(row))) * p * rest + 2 * p**2)
    for path in each_path():
        layer = OutputLayer(sg.identity, "z_loss")
        for copies in (1, 8):
            many = np.repeat(z, copies, axis=0)
            label = np.zeros(len(many), dtype=np.int64)
            bend = layer.gradient_and_hessian_diagonal(many, label)[1]
            within(8, bend[::copies, 0], want, where=(path, copies))


@each_dtype
@pytest.mark.parametrize(
    "loss",
    [
        sg.GeneralisedCrossEntropy(q=0.5),
        sg.Focal(gamma=0.5),
        sg.Tweedie(rho=1.5),
        sg.AlphaDivergence(alpha=0.5),
    ],
    ids=identify,
)
def test_a_row_beside_one_that_underflows_is_as_it_is_alone(loss: Any, dtype: Any) -> None:
    activation = sg.exp if loss.name == "tweedie" else sg.softmax
    rng = np.random.default_rng(4)
    z = rng.normal(size=(16, 5)).astype(dtype)
    t = rng.dirichlet(np.ones(5), size=16).astype(dtype)
    layer = OutputLayer(activation, loss)
    for _ in each_instruction_set():
        calm = layer.value_and_gradient(z, t)
        for wild in (80.0, 300.0, 740.0):
            beside = z.copy()
            beside[::2, 1] -= wild
            for a, b in zip(layer.value_and_gradient(beside, t), calm, strict=True):
                assert np.array_equal(a[1::2], b[1::2]), wild


@pytest.mark.parametrize("alpha", [0.25, 0.75])
def test_a_power_of_a_subnormal_target_keeps_its_digits(alpha: float) -> None:
    # Beside a probability as small, t^a p^(1 - a) counts.
    loss = sg.AlphaDivergence(alpha=alpha)
    z, t = np.array([[-690.0], [-700.0]]), np.array([[1e-310], [3e-308]])
    with workdps(700):
        step = mpf(10) ** -340

        def loss_at(x: Any, target: float) -> Any:
            return loss.exact(sg.sigmoid.exact([x]), [mpf(target)], "coin")

        want = []
        for x, target in zip(z[:, 0], t[:, 0], strict=True):
            above, below = (loss_at(mpf(x) + sign * step, target) for sign in (1, -1))
            want.append((above - below) / (2 * step))
    for path in each_path():
        gradient = OutputLayer(sg.sigmoid, loss).gradient(z, t)[:, 0]
        within(64, gradient, want, where=path)


@each_dtype
@pytest.mark.parametrize("beta", [-2.0, 0.0, 9.0])
def test_a_long_row_counts_the_class_that_is_no_entry(beta: float, dtype: Any) -> None:
    activation = sg.SoftmaxPlusOne(beta=beta)
    for n in (130, 3000):  # of one block, and of several
        z = np.random.default_rng(n).normal(size=(2, n)).astype(dtype)
        labels = np.array([int(np.argmax(z[0])), 7])
        looked_at = [0, 1, *labels, *range(5, n, 97), n - 1]
        exact = []
        for row, label in zip(z, labels, strict=True):
            with workdps(50):
                e = [exp(mpf(float(x))) for x in row]
                total = exp(mpf(beta)) + sum(e)
                p = [e[k] / total for k in (*looked_at, label)]
                slopes = [x - int(k == label) for x, k in zip(p, looked_at, strict=False)]
                exact.append((p[:-1], -log(p[-1]), slopes))
        for name in each_instruction_set():
            p = activation(z)
            value, gradient = OutputLayer(activation, "cross_entropy").value_and_gradient(z, labels)
            for i, want in enumerate(exact):
                within(4, p[i, looked_at], want[0], where=(name, n))
                within(4, value[i], want[1], where=(name, n))
                within(4, gradient[i, looked_at], want[2], where=(name, n))


def test_a_coin_and_its_target_may_both_be_all_but_certain() -> None:
    # Where p and t are 1 - tiny, their difference is that of 1 - p and 1 - t.
    z = np.array([12.0, 20.0, 25.0])[:, None]
    t = 1.0 - np.array([9e-6, 3e-9, 1e-11])[:, None]
    want, slopes = [], []
    with workdps(60):
        for x, y in zip(z[:, 0], map(mpf, t[:, 0]), strict=True):
            q = 1 / (1 + exp(mpf(x)))
            slopes.append((1 - y) - q)
            want.append(y * log(y / (1 - q)) + (1 - y) * log((1 - y) / q))
    for path in each_path():
        value, gradient = OutputLayer(sg.sigmoid, "fenchel_young").value_and_gradient(z, t)
        within(16, value, want, where=path)
        within(8, gradient[:, 0], slopes, where=path)


def test_poly_whose_terms_cancel_keeps_the_square_that_is_left() -> None:
    margins = np.array([1.0, 12.0, 30.0])
    z = np.stack([margins, np.zeros(3)], axis=-1)
    with workdps(60):
        rest = [1 / (1 + exp(mpf(m))) for m in margins]  # L - q with q = 1 - p
        want = [-log(1 - q) - q for q in rest]
    for path in each_path():
        layer = OutputLayer("softmax", sg.Poly(epsilon=-1.0))
        for copies in (1, 8):
            many, labels = np.repeat(z, copies, axis=0), np.zeros(3 * copies, dtype=np.int64)
            within(16, layer.value(many, labels)[::copies], want, where=(path, copies))
