"""Arrays of every kind: how they are stored, which axis has the classes, what goes with them."""

import ml_dtypes
import numpy as np
import pytest

import softgrad as sg


def logits(*shape):
    return np.random.default_rng(sum(shape)).normal(scale=3, size=shape)


class Subclass(np.ndarray):
    pass


def misaligned(z):
    shifted = np.zeros(z.nbytes + 1, np.uint8)[1:].view(z.dtype).reshape(z.shape)
    shifted[...] = z
    return shifted


def read_only(z):
    z = z.copy()
    z.flags.writeable = False
    return z


def spaced(z):
    wide = np.full((2 * z.shape[0], 3 * z.shape[1]), np.nan, z.dtype)
    wide[::2, ::3] = z
    return wide[::2, ::3]


STORED = {
    "read-only": read_only,
    "Fortran order": np.asfortranarray,
    "strided": spaced,
    "reversed": lambda z: np.ascontiguousarray(z[::-1, ::-1])[::-1, ::-1],
    "broadcast": lambda z: np.broadcast_to(z[:1], z.shape),
    "swapped bytes": lambda z: z.astype(z.dtype.newbyteorder("S")),
    "misaligned": misaligned,
    "subclass": lambda z: z.view(Subclass),
}


def nearly(got, want, ulps=8):
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape
    assert got.dtype == want.dtype
    eps = float(ml_dtypes.finfo(got.dtype).eps)
    got, want = got.astype(np.float64), want.astype(np.float64)
    assert np.all(np.abs(got - want) <= ulps * eps * np.max(np.abs(want), initial=0.0))


def identical(a, b):
    np.testing.assert_array_equal(a.astype(np.float32), b.astype(np.float32))


@pytest.mark.parametrize("rows", [2, 9])
@pytest.mark.parametrize("kind", STORED)
def test_storage_of_logits_targets_weights_and_masks_changes_nothing(
    instruction_set, dtype, kind, rows
):
    store = STORED[kind]
    z = logits(rows, 6).astype(dtype)
    if kind == "broadcast":
        z = np.repeat(z[:1], rows, axis=0)
    t = np.abs(z) / 8
    keep = z > -2
    weight = np.tile(np.array([[0.5, 2.0]], dtype), (rows, 1))
    if kind == "broadcast":
        t, keep, weight = t * 0 + t[:1], keep & keep[:1], weight
    for activation in (sg.softmax, sg.sparsemax, sg.tanh):
        nearly(activation(store(z)), activation(z))
        nearly(activation(store(z), where=store(keep)), activation(z, where=keep))
        nearly(activation.hvp(store(z), store(t), store(z)), activation.hvp(z, t, z))
    layer = sg.OutputLayer("softmax", "kl_divergence")
    stored_weight = store(weight)[:, 0]
    options = {"sample_weight": weight[:, 0].copy(), "where": keep}
    stored = {"sample_weight": stored_weight, "where": store(keep)}
    want = layer.value_and_gradient(z, t, **options)
    for got in (
        layer.value_and_gradient(store(z), store(t), **stored),
        layer.value_and_gradient(store(z), store(t), out=store_for_writing(store, z), **stored),
    ):
        assert layer.explain().startswith("kernel ")
        nearly(got[0], want[0])
        nearly(got[1].astype(dtype), want[1])


def store_for_writing(store, z):
    out = store(np.zeros_like(z))
    return out if out.flags.writeable else None


def test_lists_numbers_and_integers_are_arrays(instruction_set):
    z = logits(3, 4)
    np.testing.assert_array_equal(sg.softmax(z.tolist()), sg.softmax(z))
    np.testing.assert_array_equal(sg.softmax([1, 2, 3]), sg.softmax(np.array([1.0, 2, 3])))
    assert sg.tanh(0.5) == sg.tanh(np.array([0.5]))[0]
    assert sg.tanh(np.float32(0.5)).dtype == np.float32
    zero_d = np.array(0.5)
    assert sg.tanh(zero_d).shape == sg.tanh.vjp(zero_d, zero_d).shape == ()
    layer = sg.OutputLayer("sigmoid", "cross_entropy", axis=())
    value, gradient = layer.value_and_gradient(zero_d, np.array(1.0))
    assert layer.explain().startswith("kernel ")
    assert value.shape == gradient.shape == ()
    many = layer.value_and_gradient(np.full(9, 0.5), np.ones(9))
    assert np.all(many[0] == value)
    assert np.all(many[1] == gradient)


@pytest.mark.parametrize("shape", [(5, 4), (3, 4, 5), (2, 3, 4, 5)])
def test_any_axis_may_have_the_classes(instruction_set, dtype, shape):
    z = logits(*shape).astype(dtype)
    t = np.abs(z) / 8
    layer = sg.OutputLayer("softmax", "squared_error")
    want = layer.value_and_gradient(z, t)
    labels = np.argmax(z, axis=-1)
    labelled = sg.OutputLayer("softmax", "cross_entropy").value_and_gradient(z, labels)
    for axis in range(len(shape)):
        # Both as a view and in memory of its own.
        for move in (np.moveaxis, lambda *a: np.moveaxis(*a).copy()):
            y, s = move(z, -1, axis), move(t, -1, axis)
            for named in (axis, axis - len(shape), (axis,)):
                nearly(np.moveaxis(sg.softmax(y, axis=named), axis, -1), sg.softmax(z))
                for reduction, total in (("none", want[0]), ("mean", np.mean(want[0]))):
                    value, gradient = layer.value_and_gradient(
                        y, s, axis=named, reduction=reduction
                    )
                    nearly(value, np.asarray(total, dtype))
                    share = 1 if reduction == "none" else want[0].size
                    nearly(np.moveaxis(gradient * share, axis, -1), want[1], 16)
            value, gradient = sg.OutputLayer("softmax", "cross_entropy").value_and_gradient(
                y, labels, axis=axis
            )
            nearly(value, labelled[0])
            nearly(np.moveaxis(gradient, axis, -1), labelled[1])


def test_several_axes_and_none_may_have_the_classes(instruction_set, dtype):
    z = logits(3, 4, 5).astype(dtype)
    flat = z.reshape(3, 20)
    nearly(sg.softmax(z, axis=(1, 2)).reshape(3, 20), sg.softmax(flat))
    nearly(sg.softmax(z, axis=(-1, -2)).reshape(3, 20), sg.softmax(flat))
    nearly(sg.softmax(z, axis=(0, 1, 2)).reshape(-1), sg.softmax(z.reshape(-1)))
    assert np.all(sg.softmax(z, axis=()) == 1)
    layer = sg.OutputLayer("sigmoid", "focal", axis=())
    value, gradient = layer.value_and_gradient(z, (z > 0).astype(dtype))
    alone = sg.OutputLayer("sigmoid", "focal").value_and_gradient(
        z.reshape(-1, 1), (z > 0).astype(dtype).reshape(-1, 1)
    )
    nearly(value, alone[0].reshape(z.shape))
    nearly(gradient, alone[1].reshape(z.shape))


def test_an_array_may_have_many_axes(instruction_set):
    z = logits(2, 2, 1, 2, 1, 2, 2, 1, 2, 2, 3)
    want = sg.softmax(z.reshape(-1, 3)).reshape(z.shape)
    nearly(sg.softmax(z), want)
    swapped = np.ascontiguousarray(z.transpose())  # so many axes that cannot be joined
    nearly(sg.softmax(swapped.transpose()), want)
    t = np.full(z.shape, 0.25)
    layer = sg.OutputLayer("softmax", "squared_error")
    nearly(layer.gradient(swapped.transpose(), t), layer.gradient(z, t))


def as_doubles(x):
    return np.nan_to_num(x.astype(np.float64), posinf=np.inf, neginf=-np.inf)


def unit(x, storage):
    """The last place of the 16-bit numbers beside x."""
    info = ml_dtypes.finfo(storage)
    size = np.maximum(np.abs(as_doubles(x)), float(info.smallest_normal))
    return float(info.eps) * 2.0 ** np.floor(np.log2(size))


@pytest.mark.parametrize("storage", [np.float16, ml_dtypes.bfloat16], ids=["f16", "bf16"])
@pytest.mark.parametrize("rows", [1, 3, 19])
def test_sixteen_bits_are_float32_rounded_once(instruction_set, storage, rows):
    rng = np.random.default_rng(rows)
    z = rng.normal(scale=3, size=(rows, 11)).astype(storage)
    z[0, :4] = [np.inf, 6e-8, 3e4, -1e-30]
    t = rng.dirichlet(np.ones(11), size=rows).astype(storage)
    labels = rng.integers(11, size=rows)
    with np.errstate(over="ignore"):
        for activation in (sg.softmax, sg.log_softmax, sg.sparsemax, sg.tanh, sg.exp, sg.gelu):
            for work in (activation, activation.vjp, activation.hvp):
                arrays = (
                    (z,) if work is activation else (z, t) if work == activation.vjp else (z, t, z)
                )
                got, want = work(*arrays), work(*(a.astype(np.float32) for a in arrays))
                assert got.dtype == storage
                identical(got, want.astype(storage))
        for loss, target in (("cross_entropy", labels), ("cross_entropy", t), ("squared_error", t)):
            layer = sg.OutputLayer("softmax", loss)
            wide = target if target is labels else target.astype(np.float32)
            for reduction in ("none", "sum", "mean"):
                got = layer.value_and_gradient(z[1:], target[1:], reduction=reduction)
                assert f" {'f16' if storage is np.float16 else 'bf16'} " in layer.explain()
                want = layer.value_and_gradient(
                    z[1:].astype(np.float32), wide[1:], reduction=reduction
                )
                for a, b in zip(got, want, strict=True):
                    assert a.dtype == storage
                    # (Of targets an entry, float32 has another loop, with other last bits.)
                    half = 0.5 if target is labels else 0.5 + 2.0**-8
                    assert np.all(np.abs(as_doubles(a) - as_doubles(b)) <= half * unit(b, storage))


@pytest.mark.parametrize("shape", [(), (1,), (5,), (4, 1), (1, 5), (4, 5)])
def test_masks_are_broadcast(instruction_set, dtype, shape):
    z = logits(4, 5).astype(dtype)
    mask = np.random.default_rng(2).random(shape) < 0.7
    whole = np.broadcast_to(mask, z.shape).copy()
    for where in (mask, mask.tolist()):
        nearly(sg.softmax(z, where=where), sg.softmax(z, where=whole))
    layer = sg.OutputLayer("softmax", "squared_error")
    got, want = (layer.gradient(z, np.abs(z) / 8, where=m) for m in (mask, whole))
    nearly(got, want)
    with pytest.raises(sg.errors.InputTypeError, match="expected bool"):
        sg.softmax(z, where=whole.astype(np.uint8))


def test_outputs_of_another_dtype_are_rounded_to_it(instruction_set, dtype):
    z = logits(4, 5).astype(dtype)
    for other in (np.float64, np.float32, np.float16, ml_dtypes.bfloat16):
        out = np.zeros((4, 5), other)
        assert sg.softmax(z, out=out) is out
        nearly(out, sg.softmax(z).astype(other))
    for wrong, error in (
        (np.zeros((5, 4), dtype), sg.errors.ShapeError),
        (np.zeros((4, 5), int), sg.errors.InputTypeError),
        (read_only(z), sg.errors.InputTypeError),
    ):
        with pytest.raises(error, match="out "):
            sg.softmax(z, out=wrong)
