"""Laws of how arrays come in and go out: layout, dtype, axes, masks, `out=` and broken numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from laws.cases import ACTIVATION_VARIANTS, FLEXIBLE_PAIRS, identify, logits, targets
from softgrad import OutputLayer
from softgrad.catalogue import ACTIVATIONS

ACTIVATIONS_BY_DEFAULT = [kind.examples()[0] for kind in ACTIVATIONS.values()]
each_variant = pytest.mark.parametrize("activation", ACTIVATION_VARIANTS, ids=identify)
each_activation = pytest.mark.parametrize("activation", ACTIVATIONS_BY_DEFAULT, ids=identify)
each_pair = pytest.mark.parametrize("pair", FLEXIBLE_PAIRS, ids=identify)


def placed(activation: Any) -> bool:
    """Whether entries keep what is theirs when one is left out: noise belongs to a place."""
    return "noise" not in activation.hyper_parameters


each_placed_variant = pytest.mark.parametrize(
    "activation", [one for one in ACTIVATION_VARIANTS if placed(one)], ids=identify
)
each_placed_pair = pytest.mark.parametrize(
    "pair", [pair for pair in FLEXIBLE_PAIRS if placed(pair[0])], ids=identify
)


def moderate(activation: Any, rows: int = 3) -> np.ndarray:
    return logits(activation)[:rows]


def same(a: Any, b: Any, ulps: int = 4) -> None:
    """Equal to a few roundings: layouts may be summed in another order."""
    a, b = np.asarray(a), np.asarray(b)
    assert a.shape == b.shape
    assert a.dtype == b.dtype
    eps = np.finfo(a.dtype).eps
    assert np.array_equal(np.isfinite(a), np.isfinite(b))
    finite = np.isfinite(b)
    a, b = np.where(finite, a, 0), np.where(finite, b, 0)
    scale = np.max(np.abs(b), initial=0.0, axis=-1, keepdims=True) if b.ndim else np.abs(b)
    assert np.all(np.abs(a - b) <= ulps * eps * (scale + np.finfo(a.dtype).tiny))


def layouts(z: np.ndarray) -> dict[str, np.ndarray]:
    """The same numbers, stored in every unusual way."""
    read_only = z.copy()
    read_only.flags.writeable = False
    spaced = np.zeros((z.shape[0], 2 * z.shape[1]))
    spaced[:, ::2] = z
    return {
        "read-only": read_only,
        "every other entry": spaced[:, ::2],
        "column-major": np.asfortranarray(z),
        "negative stride": np.ascontiguousarray(z[:, ::-1])[:, ::-1],
        "rows backwards": np.ascontiguousarray(z[::-1])[::-1],
        "big-endian": z.astype(">f8"),
    }


@each_variant
def test_storage_changes_nothing(activation: Any) -> None:
    z = moderate(activation)
    expected, jacobian = activation(z), activation.jacobian(z).to_dense()
    for stored in layouts(z).values():
        before = stored.copy()
        same(activation(stored), expected)
        same(activation.jacobian(stored).to_dense(), jacobian)
        assert np.array_equal(stored, before)
    same(activation(z.tolist()), expected)


@each_pair
def test_storage_of_a_pair_changes_nothing(pair: Any) -> None:
    z = moderate(pair[0])
    layer = OutputLayer(*pair)
    for target in targets(*pair, z):
        value, gradient = layer.value_and_gradient(z, target.given)
        diagonal = layer.gradient_and_hessian_diagonal(z, target.given)[1]
        for stored in layouts(z).values():
            new_value, new_gradient = layer.value_and_gradient(stored, target.given)
            same(new_value, value)
            same(new_gradient, gradient)
            same(layer.gradient_and_hessian_diagonal(stored, target.given)[1], diagonal, 16)


@each_variant
def test_out_may_be_the_input_itself(activation: Any) -> None:
    z = moderate(activation)
    v = np.ascontiguousarray(z[::-1])
    expected = {
        "call": activation(z),
        "vjp": activation.vjp(z, v),
        "jvp": activation.jvp(z, v),
        "hvp": activation.hvp(z, v, v),
    }
    for name, wanted in expected.items():
        into = z.copy()
        further = {"call": (), "vjp": (v,), "jvp": (v,), "hvp": (v, v)}[name]
        method = activation if name == "call" else getattr(activation, name)
        result = method(into, *further, out=into)
        assert result is into
        same(into, wanted)
    backwards = z.copy()[:, ::-1]
    assert activation(z, out=backwards) is backwards
    same(backwards, expected["call"])


@each_pair
def test_out_of_a_pair_may_be_its_logits(pair: Any) -> None:
    z = moderate(pair[0])
    layer = OutputLayer(*pair)
    target = targets(*pair, z)[0].given
    gradient = layer.gradient(z, target)
    into = z.copy()
    value, result = layer.value_and_gradient(into, target, out=into)
    assert result is into
    same(into, gradient)
    same(value, layer.value(z, target))
    into = z.copy()
    assert layer.hvp(into, target, z, out=into) is into
    same(into, layer.hvp(z, target, z))
    into = z.copy()
    assert layer.predict(into, out=into) is into
    same(into, layer.predict(z))


@each_variant
def test_any_axis_is_the_class_axis(activation: Any) -> None:
    z = moderate(activation, 2)
    expected = activation(z)
    same(activation(z.T, axis=0).T, expected)
    same(activation(z[:, :, None], axis=-2)[:, :, 0], expected)
    same(activation(z.reshape(2, 2, 2), axis=(1, 2)).reshape(2, 4), expected)
    same(activation(z.reshape(2, 2, 2), axis=(-1, -2)).reshape(2, 4), expected)
    jacobian = activation.jacobian(z)
    same(activation.jacobian(z.T, axis=0).to_dense(), jacobian.to_dense())
    v = np.ascontiguousarray(z[::-1])
    same(activation.vjp(z.T, v.T, axis=0).T, activation.vjp(z, v))
    alone = activation(z, axis=())
    same(alone, activation(z[..., None])[..., 0])


@each_pair
def test_any_axis_is_the_class_axis_of_a_pair(pair: Any) -> None:
    z = moderate(pair[0])
    layer = OutputLayer(*pair)
    for target in targets(*pair, z):
        t = target.given
        moved = t.T if t.shape == z.shape else t
        value, gradient = layer.value_and_gradient(z, t)
        other_value, other_gradient = layer.value_and_gradient(z.T, moved, axis=0)
        same(other_value, value)
        same(other_gradient.T, gradient)
        same(layer.hvp(z.T, moved, z.T, axis=0).T, layer.hvp(z, t, z), 16)


@each_placed_variant
def test_a_mask_is_the_same_as_leaving_entries_out(activation: Any) -> None:
    if activation.name == "gumbel_softmax":  # fewer entries draw other noise
        return
    z = moderate(activation)
    keep = np.array([True, False, True, True])
    masked, short = activation(z, where=keep), activation(z[:, keep])
    same(masked[:, keep], short)
    nothing = -np.inf if activation.domain.kind.startswith("log-") else 0.0
    assert np.all(masked[:, ~keep] == nothing)
    dense = activation.jacobian(z, where=keep).to_dense()
    same(dense[:, keep][:, :, keep], activation.jacobian(z[:, keep]).to_dense())
    assert not np.any(dense[:, ~keep])
    assert not np.any(dense[:, :, ~keep])
    v = np.ascontiguousarray(z[::-1])
    bent = activation.hvp(z, v, v, where=keep)
    same(bent[:, keep], activation.hvp(z[:, keep], v[:, keep], v[:, keep]), 64)
    assert not np.any(bent[:, ~keep])


@each_variant
def test_whatever_is_masked_cannot_be_seen(activation: Any) -> None:
    z = moderate(activation)
    keep = np.array([True, False, True, True])
    expected = activation(z, where=keep)
    for garbage in (np.nan, np.inf, -np.inf, 1e300):
        spoiled = z.copy()
        spoiled[:, 1] = garbage
        assert np.array_equal(activation(spoiled, where=keep), expected)
        jacobian = activation.jacobian(spoiled, where=keep).to_dense()
        assert np.array_equal(jacobian, activation.jacobian(z, where=keep).to_dense())


@each_placed_pair
def test_a_mask_of_a_pair_is_the_same_as_leaving_entries_out(pair: Any) -> None:
    if pair[0].name == "gumbel_softmax":  # fewer entries draw other noise
        return
    z = moderate(pair[0])
    layer = OutputLayer(*pair)
    keep = np.array([True, True, False, True])
    for target in targets(*pair, z):
        t = target.given
        if t.shape == z.shape:
            short = t[:, keep]
        else:
            if t.dtype.kind == "i":
                t = np.where(t == 2, 0, t)
            short = np.where(t > 2, t - 1, t) if t.dtype.kind == "i" else t
        value, gradient = layer.value_and_gradient(z, t, where=keep)
        less_value, less_gradient = layer.value_and_gradient(z[:, keep], short)
        same(value, less_value, 16)
        same(gradient[:, keep], less_gradient, 16)
        assert not np.any(gradient[:, ~keep])
        dense = layer.hessian(z, t, where=keep).to_dense()
        less = layer.hessian(z[:, keep], short).to_dense()
        same(dense[:, keep][:, :, keep], less, 256)
        assert not np.any(dense[:, ~keep])


@each_activation
def test_integers_are_float64(activation: Any) -> None:
    numbers = np.array([[3, -1, 0, 2], [1, 1, -4, 0]])
    for dtype in (np.int8, np.int32, np.int64):
        result = activation(numbers.astype(dtype))
        assert result.dtype == np.float64
        same(result, activation(numbers.astype(np.float64)))
    unsigned = np.array([[3, 200, 0, 2]], dtype=np.uint8)
    same(activation(unsigned), activation(unsigned.astype(np.float64)))


@each_variant
def test_float16_is_computed_in_float32_and_rounded_once(activation: Any) -> None:
    z = moderate(activation).astype(np.float16)
    result = activation(z)
    assert result.dtype == np.float16
    with np.errstate(over="ignore"):
        rounded = activation(z.astype(np.float32)).astype(np.float16)
    assert np.array_equal(result, rounded, equal_nan=True)


@each_pair
def test_float32_stays_float32(pair: Any) -> None:
    z = moderate(pair[0]).astype(np.float32)
    layer = OutputLayer(*pair)
    for target in targets(*pair, z.astype(np.float64)):
        value, gradient = layer.value_and_gradient(z, target.given)
        assert value.dtype == gradient.dtype == np.float32
        assert layer.hessian(z, target.given).dtype == np.float32
        assert layer.hvp(z, target.given, z).dtype == np.float32


@each_variant
def test_nan_stays_in_its_row(activation: Any) -> None:
    z = moderate(activation)
    spoiled = z.copy()
    spoiled[1, 2] = np.nan
    result = activation(spoiled)
    assert np.array_equal(np.delete(result, 1, 0), np.delete(activation(z), 1, 0))
    assert np.isnan(result[1, 2])
    if activation.rowwise and activation.name != "hardmax":
        assert np.all(np.isnan(result[1]))


@each_pair
def test_nan_stays_in_its_row_of_a_pair(pair: Any) -> None:
    z = moderate(pair[0])
    spoiled = z.copy()
    spoiled[1, 2] = np.nan
    layer = OutputLayer(*pair)
    for target in targets(*pair, z):
        value, gradient = layer.value_and_gradient(z, target.given)
        bad_value, bad_gradient = layer.value_and_gradient(spoiled, target.given)
        same(np.delete(bad_value, 1), np.delete(value, 1))
        same(np.delete(bad_gradient, 1, 0), np.delete(gradient, 1, 0))
        assert np.isnan(bad_value[1])


@each_activation
def test_an_empty_batch_gives_empty_results(activation: Any) -> None:
    z = np.zeros((0, 4))
    assert activation(z).shape == (0, 4)
    assert activation.jacobian(z).to_dense().shape == (0, 4, 4)
    assert activation.vjp(z, z).shape == (0, 4)


@each_pair
def test_an_empty_batch_of_a_pair_gives_empty_results(pair: Any) -> None:
    layer = OutputLayer(*pair)
    z = np.zeros((0, 4))
    kind = layer.loss.target_kind
    target = np.zeros(0) if kind == "row" else np.zeros((0, 4))
    value, gradient = layer.value_and_gradient(z, target)
    assert value.shape == (0,)
    assert gradient.shape == (0, 4)
    assert float(layer.value(z, target, reduction="mean")) == 0.0
    assert layer.hessian(z, target).to_dense().shape == (0, 4, 4)


@each_activation
def test_ties_share(activation: Any) -> None:
    z = np.array([[1.0, 1.0, 1.0, 1.0], [0.5, 2.0, 2.0, -1.0]])
    result = activation(z)
    if activation.derivative_is_exact and activation.name != "gumbel_softmax":
        assert np.all(result[0] == result[0, 0])
        assert result[1, 1] == result[1, 2]
    assert np.all(np.isfinite(activation.jacobian(z).to_dense()))
