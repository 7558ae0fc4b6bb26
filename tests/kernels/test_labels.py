"""Labels are integers of any width, signed or not, anywhere in memory, and never guessed."""

import numpy as np
import pytest

import softgrad as sg

LABELS = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64]


def logits(*shape):
    return np.random.default_rng(sum(shape)).normal(scale=3, size=shape)


def misaligned(z):
    shifted = np.zeros(z.nbytes + 1, np.uint8)[1:].view(z.dtype).reshape(z.shape)
    shifted[...] = z
    return shifted


@pytest.mark.parametrize("label_dtype", LABELS)
def test_labels_of_any_integer_dtype_and_storage(instruction_set, label_dtype):
    z = logits(12, 4)
    labels = np.random.default_rng(1).integers(4, size=12)
    layer = sg.OutputLayer("softmax", "cross_entropy", class_weight=[1, 2, 3, 0.5])
    want = layer.value_and_gradient(z, labels)
    given = labels.astype(label_dtype)
    stored = np.zeros(24, label_dtype)[::2]
    stored[...] = given
    swapped = given.astype(given.dtype.newbyteorder("S"))
    backwards = given[::-1].copy()[::-1]
    for labels in (given, stored, backwards, misaligned(given), swapped, given.tolist()):
        for got, expected in zip(layer.value_and_gradient(z, labels), want, strict=True):
            np.testing.assert_allclose(got, expected, rtol=1e-15, atol=0)
        assert layer.explain().startswith("kernel ")


@pytest.mark.parametrize("label_dtype", LABELS)
def test_labels_out_of_range_are_an_error_unless_ignored(instruction_set, label_dtype):
    z = logits(3, 4)
    layer = sg.OutputLayer("softmax", "cross_entropy")
    limits = np.iinfo(label_dtype)
    beyond = {2**32 + 1, 2**40} if limits.bits == 64 else set()
    for wrong in ({4, limits.max, limits.min} | beyond) - {0}:
        labels = np.array([0, wrong, 1], label_dtype)
        with pytest.raises(sg.errors.TargetError, match=f"label {wrong} at row 1"):
            layer.value_and_gradient(z, labels)
        value, gradient = layer.value_and_gradient(z, labels, ignore_label=int(wrong))
        if abs(wrong) < 2**62:
            assert layer.explain().endswith("1 thread")  # as it was given
        assert value[1] == 0
        assert not np.any(gradient[1])
        np.testing.assert_array_equal(value[::2], layer.value(z[::2], labels[::2]))
        if wrong != -1:
            with pytest.raises(sg.errors.TargetError, match=f"label {wrong} at row 1"):
                layer.value_and_gradient(z, labels, ignore_label=-1)


def test_a_refused_call_leaves_its_output_alone(instruction_set, dtype):
    z, layer = logits(5000, 4).astype(dtype), sg.OutputLayer("softmax", "cross_entropy")
    labels = np.zeros(5000, int)
    labels[-1] = 4
    inside, out = z.copy(), np.zeros_like(z)
    for into in (out, inside):
        with pytest.raises(sg.errors.TargetError, match="label 4 at row 4999 is out of range"):
            layer.value_and_gradient(inside, labels, out=into)
    assert not np.any(out)
    np.testing.assert_array_equal(inside, z)


def test_booleans_and_floats_are_no_labels():
    z, layer = logits(3, 4), sg.OutputLayer("softmax", "cross_entropy")
    for labels in (np.zeros(3), np.zeros(3, bool), np.zeros((3, 1), int), np.zeros(2, int)):
        with pytest.raises(sg.errors.TargetError, match="target has shape"):
            layer.value_and_gradient(z, labels)


def test_a_row_that_is_one_coin_has_two_classes(instruction_set):
    z, tails = logits(3, 1), np.zeros((3, 1))
    coin = sg.OutputLayer("sigmoid", "cross_entropy")
    with pytest.raises(sg.errors.WeightError, match=r"class_weight has shape \(1,\)"):
        coin.value(z, tails, class_weight=[2.0])
    weighted = coin.value(z, tails, class_weight=[5.0, 2.0])
    np.testing.assert_array_equal(weighted, 5 * coin.value(z, tails))


SPELLED = ["softmax cosine", "softmax dice", "sigmoid squared_error", "spherical_softmax huber"]


@pytest.mark.parametrize("pair", SPELLED)
@pytest.mark.parametrize("classes", [7, 300, 1000])
def test_a_label_is_the_row_of_zeros_and_a_one(instruction_set, pair, classes):
    rows = 16384 // classes + 3  # more than are spelled out at a time
    z = logits(rows, classes).astype(np.float32)
    labels = np.random.default_rng(2).integers(classes, size=rows)
    labels[:2] = 0, classes - 1
    one_hot = np.eye(classes, dtype=np.float32)[labels]
    layer = sg.OutputLayer(*pair.split())
    for got, want in zip(
        layer.value_and_gradient(z, labels), layer.value_and_gradient(z, one_hot), strict=True
    ):
        np.testing.assert_array_max_ulp(got, want, maxulp=4)
    labels[-1] = classes
    with pytest.raises(sg.errors.TargetError, match=f"label {classes} at row {rows - 1}"):
        layer.value_and_gradient(z, labels)
