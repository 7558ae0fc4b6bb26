"""Run by test_meshes.py in a process with four CPU devices: what a mesh changes is nothing."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

import softgrad as sg

jax.config.update("jax_enable_x64", True)
Z, Y = np.random.default_rng(0).normal(size=(8, 4)), np.arange(8) % 4
W = np.arange(1.0, 9.0)
AUTO, EXPLICIT = (
    jax.make_mesh((4,), ("d",), axis_types=(kind,)) for kind in (AxisType.Auto, AxisType.Explicit)
)
LAYER = sg.OutputLayer("softmax", "cross_entropy", reduction="mean")
SPARSE = sg.OutputLayer("entmax", "fenchel_young")
WEIGHED = sg.OutputLayer(
    "softmax", "cross_entropy", class_weight=[1.0, 2.0, 3.0, 4.0], reduction="mean"
)


def put(mesh: Any, array: Any, *spec: Any) -> Any:
    return jax.device_put(array, NamedSharding(mesh, P(*spec)))


def rows_and_classes_are_sharded(mesh: Any) -> None:
    for layer, spec in ((LAYER, (None, "d")), (SPARSE, (None, "d"))):
        slope = jax.jit(jax.grad(lambda z, one=layer: one.value(z, Y).sum()))
        found = slope(put(mesh, Z, *spec))
        np.testing.assert_allclose(found, layer.gradient(Z, Y), rtol=1e-11, atol=1e-15)
    z, y = put(mesh, Z, "d"), put(mesh, Y, "d")
    found = jax.jit(WEIGHED.gradient)(z, y, sample_weight=W)
    np.testing.assert_allclose(found, WEIGHED.gradient(Z, Y, sample_weight=W), rtol=1e-11)
    np.testing.assert_allclose(sg.tanh(z), sg.tanh(Z), rtol=1e-12)


def nothing_is_gathered() -> None:
    z, y = put(AUTO, Z, "d"), put(AUTO, Y, "d")
    text = jax.jit(jax.grad(LAYER.value)).lower(z, y).compile().as_text()
    assert "all-gather" not in text


def ours(z: Any, y: Any, w: Any) -> Any:
    return jnp.sum(SOFT.value(z, y, sample_weight=w))


def formula(z: Any, y: Any, w: Any) -> Any:
    return jnp.sum(w * (jax.nn.logsumexp(z, -1) - jnp.take_along_axis(z, y[:, None], 1)[:, 0]))


SOFT = sg.OutputLayer("softmax", "cross_entropy")


def what_does_not_vary_has_the_sum_of_all_devices() -> None:
    for specs in ((P("d"), P("d"), P("d")), (P(), P("d"), P()), (P(), P(), P("d"))):
        arrays = [a if spec == P("d") else a[:2] for a, spec in zip((Z, Y, W), specs, strict=True)]
        found = [
            jax.jit(
                jax.shard_map(
                    jax.grad(f, argnums=(0, 2)),
                    mesh=AUTO,
                    in_specs=specs,
                    out_specs=(specs[0], specs[2]),
                )
            )(*arrays)
            for f in (ours, formula)
        ]
        for a, b in zip(*found, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-11)


def another_device_than_the_first() -> None:
    z = jax.device_put(Z, jax.devices()[2])
    for found in (sg.softmax(z), jax.jit(sg.softmax)(z)):
        assert found.devices() == z.devices()
        np.testing.assert_allclose(found, sg.softmax(Z), rtol=1e-12)


rows_and_classes_are_sharded(AUTO)
with jax.set_mesh(EXPLICIT):
    rows_and_classes_are_sharded(EXPLICIT)
nothing_is_gathered()
what_does_not_vary_has_the_sum_of_all_devices()
another_device_than_the_first()
