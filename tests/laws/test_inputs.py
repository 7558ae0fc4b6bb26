"""Laws of how arrays come in and go out: storage, `out=` and axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from laws.cases import targets
from laws.variants import (
    each_pair,
    each_variant,
    moderate,
    same,
)
from softgrad import OutputLayer


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
    deep = np.stack([z, z[::-1], z])
    first = np.moveaxis(deep, -1, 0)
    same(np.moveaxis(activation(first, axis=0), 0, -1), activation(deep))
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
