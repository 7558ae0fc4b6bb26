"""What is softmax's cross-entropy by another name runs as that; log-softmax alone and the z-loss of
long rows are computed in float32: each beside the definition in long doubles."""

import numpy as np
import pytest

import softgrad as sg

LONG = np.longdouble
NAMES = [
    ("log_softmax", "cross_entropy"),
    ("log_softmax", "negative_log_likelihood"),
    ("softmax", "fenchel_young"),
]


def rows(n):
    rng = np.random.default_rng(n)
    z = rng.normal(size=(8, n)).astype(np.float32) * 2
    for row, above in enumerate((5, 22, 60, 5000)):
        z[row, -1 - row] += above
    z[4, : n // 2] = -np.inf
    z[5] += 9000
    z[6] = np.round(z[6])  # ties
    z[7] -= np.log(np.sum(np.exp(z[7].astype(LONG)))).astype(np.float32)  # log Z is all but 0
    return z


def partition(z):
    """p, 1 - p, -log p and log Z in long doubles."""
    z = z.astype(LONG)
    row, top = np.arange(len(z)), np.argmax(z, -1)
    e = np.exp(z - z[row, top][:, None])
    others = e.copy()
    others[row, top] = 0.0
    total, rest = np.sum(e, -1, keepdims=True), np.sum(others, -1, keepdims=True)
    q = 1.0 - e / total
    q[row, top] = (rest / total)[:, 0]
    log_total = np.log1p(rest)
    return e / total, q, log_total + (z[row, top][:, None] - z), z[row, top] + log_total[:, 0]


def ulps(got, want, size=None):
    there = np.isfinite(want)
    assert np.array_equal(got[~there], want[~there])
    got, want, size = got[there], want[there], np.abs(want if size is None else size)[there]
    return np.max(np.abs(got - want) / np.spacing(np.maximum(size, 1e-38).astype(np.float32)))


@pytest.mark.parametrize("n", [10, 1000])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("names", NAMES, ids=" x ".join)
def test_one_function_has_one_result(instruction_set, names, dtype, n):
    z, v = rows(n).astype(dtype)[:4], np.random.default_rng(1).normal(size=(4, n)).astype(dtype)
    label, weight = np.array([0, n - 1, 3, n - 4]), np.array([1.0, 2.0, 0.5, 3.0], dtype)
    one, other = sg.OutputLayer(*names), sg.OutputLayer("softmax", "cross_entropy")
    given = {"sample_weight": weight}
    for got, want in zip(
        (*one.gradient_and_hessian_diagonal(z, label, **given), one.hvp(z, label, v, **given)),
        (*other.gradient_and_hessian_diagonal(z, label, **given), other.hvp(z, label, v, **given)),
        strict=True,
    ):
        assert np.array_equal(got, want)
    assert np.array_equal(one.value(z, label), other.value(z, label))


@pytest.mark.parametrize("n", [129, 1000, 9000])
def test_logarithms_of_long_rows_keep_their_digits(instruction_set, n):
    z = rows(n)
    p, q, surprisal, _ = partition(z)
    found = sg.log_softmax(z)
    assert ulps(found, -surprisal) <= 3
    g = np.random.default_rng(2).normal(size=z.shape).astype(np.float32)
    flows = np.where(np.isfinite(z), g, 0).astype(LONG)
    others = np.sum(flows, -1, keepdims=True) - flows
    want = np.where(np.isfinite(z), q * flows - p * others, 0)
    size = np.abs(flows) * q + p * (np.sum(np.abs(flows), -1, keepdims=True) - np.abs(flows))
    got = sg.LogSoftmax().vjp(z, g)
    assert ulps(got, want, size) <= 4
    inside = z.copy()
    assert np.array_equal(sg.log_softmax(inside, out=inside), found)
    many = np.tile(z, (3, 1))
    windows = np.lib.stride_tricks.sliding_window_view(z[0], n - 30)
    for other in (np.asfortranarray(many), windows):
        assert ulps(sg.log_softmax(other), -partition(other)[2]) <= 3


@pytest.mark.parametrize("activation", ["softmax", "sparsemax"])
def test_the_square_of_log_z_keeps_its_digits(instruction_set, activation):
    z = rows(1000)
    p, _, _, log_z = partition(z)
    value, gradient = sg.OutputLayer(activation, "z_loss").value_and_gradient(z, np.zeros_like(z))
    assert ulps(value[:-1], (log_z**2)[:-1]) <= 3
    assert ulps(gradient[:-1], (2 * log_z[:, None] * p)[:-1]) <= 4
    assert np.max(np.abs(value[-1] - log_z[-1] ** 2)) < 1e-12
    columns = np.asfortranarray(np.tile(z, (3, 1)))
    value = sg.OutputLayer(activation, "z_loss").value(columns, np.zeros(len(columns), int))
    assert ulps(value[:7], (log_z**2)[:7]) <= 3
