"""Shapes, tails, guard values around every output, and outputs that are inputs."""

import ml_dtypes
import numpy as np
import pytest

import softgrad as sg

GUARD = 77.0  # no output here is as large
STORAGES = [np.float64, np.float32, np.float16, ml_dtypes.bfloat16]
each_storage = pytest.mark.parametrize("storage", STORAGES, ids=lambda s: np.dtype(s).name)


def logits(dtype, *shape):
    return np.random.default_rng(sum(shape)).normal(scale=3, size=shape).astype(dtype)


def softmax_in_long_double(z):
    e = np.exp(z.astype(np.longdouble) - np.max(z, axis=-1, keepdims=True).astype(np.longdouble))
    return e / np.sum(e, axis=-1, keepdims=True)


def close(got, want, ulps):
    unit = np.spacing(np.maximum(np.abs(want), np.finfo(got.dtype).tiny).astype(got.dtype))
    assert np.all(np.abs(got - want) <= ulps * unit)


def nearly(got, want):
    """Equal to a rounding or two: another memory order may take another loop."""
    eps = float(ml_dtypes.finfo(got.dtype).eps)
    got, want = got.astype(np.float64), want.astype(np.float64)
    size = np.max(np.abs(want), axis=-1, keepdims=True, initial=0.0)
    assert np.all(np.abs(got - want) <= 4 * eps * size)


@pytest.mark.parametrize("count", [1, 3, 9])
@pytest.mark.parametrize("classes", range(1, 71))
def test_every_row_length_and_its_tail(instruction_set, dtype, classes, count):
    z = logits(dtype, count, classes)
    guarded = np.full(count * classes + 2, GUARD, dtype)  # nothing outside the result is written
    out = guarded[1:-1].reshape(count, classes)
    assert sg.softmax(z, out=out) is out
    assert guarded[0] == guarded[-1] == GUARD
    close(out, softmax_in_long_double(z), 4)
    target = np.arange(count) % classes
    one_hot = np.eye(classes)[target]
    given = target if classes > 1 else one_hot  # a label among one class is refused
    value, gradient = sg.OutputLayer("softmax", "cross_entropy").value_and_gradient(z, given)
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(gradient, out - one_hot, rtol=0, atol=4 * eps)
    np.testing.assert_allclose(np.exp(-value), np.sum(out * one_hot, axis=-1), rtol=0, atol=8 * eps)


@pytest.mark.parametrize("top", [0, 1, 14, 15, 16, 17, 31, 32, 33, 34])
def test_the_largest_entry_may_stand_anywhere(instruction_set, dtype, top):
    z = logits(dtype, 35)
    z[top] = z.max() + 5
    close(sg.softmax(z), softmax_in_long_double(z), 4)


def guarded_outputs(shape, storage):
    """(all of the memory, the output in it) for several layouts; all is GUARD to begin with."""
    rows, n = shape
    dense = np.full(rows * n + 40, GUARD, storage)
    margins = np.full((rows + 4, n + 5), GUARD, storage)
    columns = np.full((n + 5, rows + 4), GUARD, storage)
    spaced = np.full((2 * rows + 4, 3 * n + 4), GUARD, storage)
    yield dense, dense[20 : 20 + rows * n].reshape(shape)
    yield margins, margins[2 : 2 + rows, 2 : 2 + n]
    yield margins, margins[2 : 2 + rows, 2 : 2 + n][::-1, ::-1]
    yield columns, columns[2 : 2 + n, 2 : 2 + rows].T
    yield spaced, spaced[2 : 2 + 2 * rows : 2, 2 : 2 + 3 * n : 3]


@each_storage
def test_nothing_outside_an_output_is_written(instruction_set, storage):
    layer = sg.OutputLayer("softmax", "squared_error")
    for rows in [*range(21), 64, 65]:
        for n in (1, 2, 3, 5, 7, 8, 9, 17):
            z = logits(np.float32, rows, n).astype(storage)
            t = np.full(z.shape, 0.25, storage)
            calls = [
                lambda out, z=z: sg.softmax(z, out=out),
                lambda out, z=z: sg.tanh(z, out=out),
                lambda out, z=z, t=t: layer.gradient(z, t, out=out),
                lambda out, z=z, t=t: layer.gradient_and_hessian_diagonal(z, t, out=(None, out))[1],
            ]
            for call in calls:
                want = call(None)
                for memory, out in guarded_outputs(z.shape, storage):
                    assert call(out) is out
                    nearly(out, want)
                    out[...] = GUARD
                    assert np.all(memory == GUARD)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), (0, 4), (2, 0, 4), (9, 2, 5, 3)])
def test_any_number_of_batch_axes(dtype, shape):
    z = logits(dtype, *shape)
    labels = np.zeros(shape[:-1], np.int64)
    p = sg.softmax(z)
    layer = sg.OutputLayer("softmax", "cross_entropy")
    values, gradient = layer.value_and_gradient(z, labels)
    assert p.shape == gradient.shape == shape
    assert values.shape == shape[:-1]
    assert p.dtype == values.dtype == gradient.dtype == dtype
    flat = layer.value_and_gradient(z.reshape(-1, shape[-1]), labels.reshape(-1))
    np.testing.assert_array_equal(values, flat[0].reshape(shape[:-1]))
    np.testing.assert_array_equal(gradient, flat[1].reshape(shape))


@each_storage
@pytest.mark.parametrize("shape", [(1, 21), (6, 21), (40, 5), (7, 130)])
def test_in_place_gives_the_same_bits(instruction_set, storage, shape):
    z = logits(np.float32, *shape).astype(storage)
    labels, soft = np.arange(len(z)) % shape[1], np.full(shape, 0.25 / shape[1], storage)
    for activation in (sg.softmax, sg.Softmax(temperature=0.7), sg.sparsemax, sg.gelu):
        inside = z.copy()
        assert activation(inside, out=inside) is inside
        np.testing.assert_array_equal(inside, activation(z))
        for z_is_out in (True, False):
            first, second = z.copy(), z[::-1].copy()
            want = activation.hvp(first, second, z)
            out = first if z_is_out else second
            assert activation.hvp(first, second, z, out=out) is out
            np.testing.assert_array_equal(out, want)
    for loss, target in (("cross_entropy", labels), ("cross_entropy", soft), ("dice", soft)):
        layer = sg.OutputLayer("softmax", loss)
        values, gradient = layer.value_and_gradient(z, target)
        # (Beside a Hessian, targets one an entry take another loop.)
        slopes, bends = layer.gradient_and_hessian_diagonal(z, target)
        inside = z.copy()
        again, same = layer.value_and_gradient(inside, target, out=inside)
        assert same is inside
        np.testing.assert_array_equal(again, values)
        np.testing.assert_array_equal(inside, gradient)
        for out in ((0, 1), (1, 0)):  # either of the two may be the logits
            both = [z.copy(), np.zeros_like(z)]
            layer.gradient_and_hessian_diagonal(both[0], target, out=tuple(both[i] for i in out))
            np.testing.assert_array_equal(both[out[0]], slopes)
            np.testing.assert_array_equal(both[out[1]], bends)
        if target is soft:
            into = soft.copy()  # the target's own memory, too
            assert layer.gradient(z, into, out=into) is into
            np.testing.assert_array_equal(into, gradient)


def test_rows_far_out_change_no_row_beside_them(instruction_set, dtype):
    # Short rows share a power of two with those beside them where none is far out.
    layer = sg.OutputLayer("softmax", "cross_entropy")
    for n in (3, 10, 40):
        z = logits(dtype, 35, n)
        labels = np.arange(35) % n
        calm = sg.softmax(z), *layer.value_and_gradient(z, labels)
        for far in (30, 1000, -1000, 1e30, np.inf, -np.inf, np.nan):
            beside = z.copy()
            beside[::5] += dtype(far)
            found = sg.softmax(beside), *layer.value_and_gradient(beside, labels)
            if abs(far) <= 1000:
                close(found[0], softmax_in_long_double(beside), 4)
            for a, b in zip(found, calm, strict=True):
                for first in range(1, 5):
                    np.testing.assert_array_equal(a[first::5], b[first::5])


@pytest.mark.parametrize("order", ["C", "F"])
def test_results_past_the_caches_are_those_of_small_calls(instruction_set, dtype, order):
    shape = (400_007, 3) if dtype is np.float64 else (800_007, 3)
    z = logits(dtype, *shape)
    z[::100_003] = -np.inf  # rows that another loop writes meanwhile
    labels = np.arange(len(z)) % 3
    layer = sg.OutputLayer("softmax", "cross_entropy")
    memory = np.full((2, z.size + 6), GUARD, dtype)  # neither begins a cache line
    out = [row[3 : 3 + z.size].reshape(shape, order=order) for row in memory]
    layer.gradient_and_hessian_diagonal(np.asarray(z, order=order), labels, out=tuple(out))
    assert np.all(memory[:, :3] == GUARD)
    assert np.all(memory[:, -3:] == GUARD)
    for rows in (slice(0, 1000), slice(99_900, 100_900), slice(-1000, None)):
        small = layer.gradient_and_hessian_diagonal(z[rows], labels[rows])
        for a, b in zip(out, small, strict=True):
            np.testing.assert_array_equal(a[rows], b)
