"""Shapes, memory layouts, aliasing, and the calls that a kernel hands back."""

import numpy as np
import pytest

from kernels.reference import ExactRow, largest_ulp_error
from softgrad.kernels import _native


def logits(dtype, *shape):
    return np.random.default_rng(sum(shape)).normal(scale=3, size=shape).astype(dtype)


@pytest.mark.parametrize("classes", range(1, 71))
def test_every_row_length_and_its_tail(instruction_set, dtype, classes):
    z = logits(dtype, 3, classes)
    guarded = np.full(3 * classes + 2, 77, dtype)  # nothing outside the result is written
    out = guarded[1:-1].reshape(3, classes)
    assert _native.softmax(z, 1.0, out) is out
    assert guarded[0] == guarded[-1] == 77
    for row in range(3):
        assert largest_ulp_error(out[row], ExactRow.of(z[row]).softmax()) <= 2.5


@pytest.mark.parametrize("top", [0, 1, 14, 15, 16, 17, 31, 32, 33, 34])
def test_the_largest_entry_may_stand_anywhere(instruction_set, dtype, top):
    z = logits(dtype, 35)
    z[top] = z.max() + 5
    assert largest_ulp_error(_native.softmax(z, 1.0, None), ExactRow.of(z).softmax()) <= 2.5


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), (0, 4), (2, 0, 4)])
def test_any_number_of_batch_axes(dtype, shape):
    z = logits(dtype, *shape)
    labels = np.zeros(shape[:-1], np.int64)
    p = _native.softmax(z, 1.0, None)
    values, gradient = _native.softmax_cross_entropy(z, labels, 1.0, None, None)
    assert p.shape == gradient.shape == shape
    assert values.shape == shape[:-1]
    assert p.dtype == values.dtype == gradient.dtype == dtype
    each = [_native.softmax(row, 1.0, None) for row in z.reshape(-1, 4)]
    np.testing.assert_array_equal(p, np.reshape(each, shape))


def test_in_place_gives_the_same_bits(instruction_set, dtype):
    z = logits(dtype, 6, 21)
    labels = np.arange(6)
    distribution = np.full_like(z, 0.25 / 21)
    for temperature in (1.0, 0.7):
        want = _native.softmax(z, temperature, None)
        inside = z.copy()
        assert _native.softmax(inside, temperature, inside) is inside
        np.testing.assert_array_equal(inside, want)
        for target in (labels, labels.astype(np.int32), distribution):
            values, gradient = _native.softmax_cross_entropy(z, target, temperature, None, None)
            inside = z.copy()
            again, same = _native.softmax_cross_entropy(inside, target, temperature, None, inside)
            assert same is inside
            np.testing.assert_array_equal(again, values)
            np.testing.assert_array_equal(inside, gradient)


def test_read_only_logits_are_read(dtype):
    z = logits(dtype, 2, 5)
    want = _native.softmax(z, 1.0, None)
    z.flags.writeable = False
    np.testing.assert_array_equal(_native.softmax(z, 1.0, None), want)


class Subclass(np.ndarray):
    pass


def misaligned(z):
    raw = np.zeros(z.nbytes + 1, np.uint8)
    shifted = raw[1:].view(z.dtype).reshape(z.shape)
    shifted[...] = z
    return shifted


UNSERVED_LOGITS = {
    "list": lambda z: z.tolist(),
    "float16": lambda z: z.astype(np.float16),
    "integers": lambda z: z.astype(np.int64),
    "complex": lambda z: z.astype(np.complex128),
    "objects": lambda z: z.astype(object),
    "scalar": lambda z: z[0, 0],
    "0-d": lambda z: np.array(z[0, 0]),
    "no classes": lambda z: z[:, :0],
    "Fortran order": np.asfortranarray,
    "strided": lambda z: z[:, ::2],
    "reversed": lambda z: z[:, ::-1],
    "swapped bytes": lambda z: z.astype(z.dtype.newbyteorder("S")),
    "misaligned": misaligned,
    "subclass": lambda z: z.view(Subclass),
    "None": lambda z: None,
}


@pytest.mark.parametrize("kind", UNSERVED_LOGITS)
def test_unserved_logits_are_handed_back(dtype, kind):
    z = UNSERVED_LOGITS[kind](logits(dtype, 4, 6))
    assert _native.softmax(z, 1.0, None) is None
    assert _native.softmax_cross_entropy(z, np.zeros(4, np.int64), 1.0, None, None) is None


@pytest.mark.parametrize("temperature", [0.0, -1.0, np.nan, np.inf, 1e-300])
def test_unserved_temperatures_are_handed_back(dtype, temperature):
    assert _native.softmax(logits(dtype, 3), temperature, None) is None


def test_unserved_outputs_are_handed_back_untouched(dtype):
    z = logits(dtype, 2, 6)
    other = np.float32 if dtype is np.float64 else np.float64
    read_only = np.zeros_like(z)
    read_only.flags.writeable = False
    memory = np.zeros(20, dtype)
    shifted_z = memory[:12].reshape(2, 6)
    outputs = [np.zeros((2, 6), other), np.zeros((6, 2), dtype), np.zeros((3, 6), dtype)]
    outputs += [np.zeros((2, 6), dtype, order="F"), [0.0] * 6, read_only]
    for out in outputs:
        assert _native.softmax(z, 1.0, out) is None
        assert not np.any(out)
    assert _native.softmax(shifted_z, 1.0, memory[1:13].reshape(2, 6)) is None
    assert not np.any(memory)


def test_unserved_targets_and_weights_are_handed_back(dtype):
    z = logits(dtype, 3, 4)
    labels = np.zeros(3, np.int64)
    other = np.float32 if dtype is np.float64 else np.float64
    targets = [labels.astype(np.uint8), labels[:2], labels[:, None], np.zeros((3, 4), other)]
    targets += [np.zeros((4, 3), dtype), [0, 0, 0], np.array([0, 4, 0]), np.array([0, -1, 0])]
    for target in targets:
        assert _native.softmax_cross_entropy(z, target, 1.0, None, None) is None
    for weight in (np.ones(3, other), np.ones(2, dtype), np.ones((3, 4), dtype), [1.0] * 3):
        assert _native.softmax_cross_entropy(z, labels, 1.0, weight, None) is None
    target = np.full_like(z, 0.25)
    assert _native.softmax_cross_entropy(z, target, 1.0, None, target) is None
    assert (target == 0.25).all()
