"""Long rows are raised by the largest of their first entries, in blocks, some of them twice:
wherever a row's large logits lie, its digits are those of the definition in long doubles."""

import ml_dtypes
import numpy as np
import pytest

import softgrad as sg

LONG = np.longdouble


def expected(z):
    """Softmax, 1 - p and -log p, entry by entry, in long doubles."""
    z = z.astype(LONG)
    row, top = np.arange(len(z)), np.argmax(z, -1)
    e = np.exp(z - z[row, top][:, None])
    others = e.copy()
    others[row, top] = 0.0
    total, rest = np.sum(e, -1, keepdims=True), np.sum(others, -1, keepdims=True)
    q = 1.0 - e / total
    q[row, top] = (rest / total)[:, 0]
    return e / total, q, np.log1p(rest) + (z[row, top][:, None] - z)


def unit(x, dtype):
    """A unit in the last place of a dtype, for each number."""
    information = ml_dtypes.finfo(dtype)
    size = np.maximum(np.abs(x).astype(np.float64), float(information.smallest_normal))
    return 2.0 ** (np.floor(np.log2(size)) - information.nmant)


def errors(got, want, dtype=np.float32, size=None):
    with np.errstate(invalid="ignore"):
        found = got.astype(LONG) - want
    return (found / unit(want if size is None else size, dtype)).astype(np.float64)


def rows(n):
    rng = np.random.default_rng(n)
    z = rng.normal(size=(9, n)).astype(np.float32) * 2
    for row, above in enumerate((5, 22, 26, 60, 5000)):
        z[row, -1 - row] += above  # the largest is not among the first
    z[5, : n // 2] = -np.inf
    z[6, : n // 2] = -1e30
    z[7] += 9000
    z[8] = np.round(z[8])  # ties
    return z


@pytest.mark.parametrize("n", [129, 1000, 2100, 9000])
def test_a_row_keeps_its_digits_wherever_its_largest_logit_lies(instruction_set, n):
    z = rows(n)
    p, q, surprisal = expected(z)
    assert np.max(np.abs(errors(sg.softmax(z), p))) <= 4
    layer = sg.OutputLayer("softmax", "cross_entropy")
    row = np.arange(len(z))
    for label in (np.argmax(z, -1), np.full(len(z), n - 7)):
        value, gradient = layer.value_and_gradient(z, label)
        want = p.copy()
        want[row, label] = -q[row, label]
        assert np.max(np.abs(errors(value, surprisal[row, label]))) <= 3
        assert np.max(np.abs(errors(gradient, want))) <= 4
        inside = z.copy()
        assert np.array_equal(layer.gradient(inside, label, out=inside), gradient)


@pytest.mark.parametrize("n", [1000, 9000])
def test_a_divergence_keeps_its_digits_near_its_target_and_far_from_it(instruction_set, n):
    rng = np.random.default_rng(n)
    z = rng.normal(size=(12, n)).astype(np.float32) * 2
    noise = np.geomspace(0.05, 2.0, len(z))[:, None]
    t = expected(z + noise * rng.normal(size=z.shape))[0].astype(np.float32)
    t[:, 3] = 0.0
    t[5] = np.float32(1.0 / n)  # errors of its logarithm would add up
    value = sg.OutputLayer("softmax", "kl_divergence").value(z, t)
    logarithm = np.log(np.where(t > 0, t, 1).astype(LONG))
    want = np.sum(t * (logarithm + expected(z)[2]), -1)
    assert np.min(want) < 0.01
    assert np.max(want) > 1.0
    assert np.max(np.abs(errors(value, want))) <= 3


@pytest.mark.parametrize("storage", [ml_dtypes.bfloat16, np.float16], ids=["bf16", "f16"])
def test_sixteen_bits_are_rounded_once_and_to_no_side(instruction_set, storage):
    z = (np.random.default_rng(7).normal(size=(40, 1000)) * 2).astype(storage)
    label = np.arange(len(z))
    p, q, surprisal = expected(z)
    layer = sg.OutputLayer("softmax", "cross_entropy")
    want = p.copy()
    want[label, label] = -q[label, label]
    value, gradient = layer.value_and_gradient(z, label)
    assert np.max(np.abs(errors(value, surprisal[label, label], storage))) <= 0.51
    for got, right in ((sg.softmax(z), p), (gradient, want)):
        found = errors(got, right, storage)
        assert np.max(np.abs(found)) <= 0.51
        assert abs(np.mean(found)) <= 0.01

    # A target an entry: the difference is rounded once, too.
    t = np.random.default_rng(8).dirichlet(np.full(1000, 0.3), len(z)).astype(storage)
    mass = np.sum(t.astype(LONG), -1, keepdims=True)
    value, gradient = layer.value_and_gradient(z, t)
    assert layer.explain().startswith("kernel softmax x cross_entropy ")
    want = p * mass - t.astype(LONG)
    left = np.abs(gradient.astype(LONG) - want) - 0.51 * unit(want, storage)
    assert np.max(left / (p * mass + t.astype(LONG))) <= 2.0**-19
    want = np.sum(t * surprisal, -1)
    assert np.max(np.abs(errors(value, want, storage))) <= 0.51


@pytest.mark.parametrize("label", [3, 139_990])
def test_one_long_row_is_shared_also_over_its_logits(label):
    z = np.random.default_rng(2).normal(size=(1, 140_000)).astype(np.float32)
    layer = sg.OutputLayer("softmax", "focal")  # each entry's slope hangs on the label
    try:
        sg.set_threads(1)
        want = layer.value_and_gradient(z, np.array([label]))
        sg.set_threads(2)
        inside = z.copy()
        found = layer.value_and_gradient(inside, np.array([label]), out=inside)
    finally:
        sg.set_threads(None)
    assert layer.explain().endswith(", 2 threads")
    assert all(np.array_equal(a, b) for a, b in zip(found, want, strict=True))


@pytest.mark.parametrize("stored", [np.float32, np.float16, ml_dtypes.bfloat16])
def test_results_larger_than_the_caches_are_those_of_their_rows(instruction_set, stored):
    """They are written past the caches, in vectors as short as an instruction set's numbers are."""
    bytes_of_caches, n = 1 << 24, 4096
    rows = bytes_of_caches // (n * np.dtype(stored).itemsize) + 8
    z = np.random.default_rng(0).standard_normal((rows, n), np.float32).astype(stored)
    assert np.array_equal(sg.softmax(z)[:8], sg.softmax(z[:8]))
    assert np.array_equal(sg.softmax(z)[-8:], sg.softmax(z[-8:]))
