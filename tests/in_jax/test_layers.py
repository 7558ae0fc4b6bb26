"""Output layers of JAX's arrays: what NumPy's give, under JAX's transformations."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

import softgrad as sg
from jax_orders import V, Z, assert_same, orders
from laws.cases import each_once, identify, pair_logits, targets
from softgrad import OutputLayer, pairs
from softgrad.catalogue import ACTIVATIONS, LOSSES

PAIRS = each_once([(ACTIVATIONS[a].examples()[0], LOSSES[b]()) for a, b in pairs()])
Y = np.array([0, 1, 2, 3, 1])
T = np.random.default_rng(3).dirichlet(np.ones(4), size=5)
LAYER = OutputLayer("softmax", "focal")


@pytest.mark.parametrize("pair", PAIRS, ids=identify)
def test_every_pair_in_every_order(pair: tuple[Any, Any]) -> None:
    layer, z = OutputLayer(*pair), pair_logits(*pair)[:4].copy()
    z[0], z[1] = 0.0, z[1, 0]  # the first step of a head of zeros, and ties
    v = np.cos(np.arange(z.size).reshape(z.shape))
    t = targets(*pair, z)[-1].given
    value, gradient = layer.value_and_gradient(z, t)
    hvp = layer.hvp(z, t, v)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = orders(lambda z: layer.value(z, t), jnp.asarray(z), jnp.ones(value.shape), v)
    change = np.sum(gradient * v, axis=-1) if layer.request.axis != () else gradient * v
    want = {
        "output": value,
        "vjp": gradient,
        "jvp": change,
        "forward over reverse": hvp,
        "reverse over reverse": hvp,
        "reverse over forward": hvp,
        "forward over forward": np.sum(hvp * v),
    }
    assert_same(found, want)


def test_compiled_batched_rematerialised_scanned() -> None:
    z, want = jnp.asarray(Z), LAYER.gradient(Z, Y)
    weights = np.array([1.0, 0.0, 2.0, 0.5, 1.0])

    def value(z: Any) -> Any:
        return LAYER.value(z, Y, reduction="sum")

    def one(z: Any, y: Any, w: Any) -> Any:
        return LAYER.value(z, y, sample_weight=w)

    def step(total: Any, z: Any) -> Any:
        slope = jax.grad(value)(z)
        return total + value(z), slope

    np.testing.assert_allclose(jax.jit(jax.grad(value))(z), want, rtol=1e-12)
    np.testing.assert_allclose(jax.grad(jax.checkpoint(value))(z), want, rtol=1e-12)
    batched = jax.jit(jax.vmap(jax.grad(one)))(z, Y, weights)
    np.testing.assert_allclose(batched, LAYER.gradient(Z, Y, sample_weight=weights), rtol=1e-12)
    total, slopes = jax.lax.scan(step, jnp.zeros(()), jnp.stack([z, z]))
    np.testing.assert_allclose(total, 2 * LAYER.value(Z, Y, reduction="sum"), rtol=1e-12)
    np.testing.assert_allclose(slopes[1], want, rtol=1e-12)
    np.testing.assert_allclose(jax.linearize(value, z)[1](V), np.sum(want * V), rtol=1e-12)


@pytest.mark.parametrize("options", [{}, {"class_weight": [1.0, 2.0, 0.5, 3.0]}], ids=str)
def test_derivatives_by_targets_and_weights(options: Any) -> None:
    layer = OutputLayer("softmax", "kl_divergence", reduction="mean", **options)
    weights = np.array([1.0, 0.0, 2.0, 0.5, 1.0])

    def value(t: Any, w: Any) -> Any:
        return layer.value(jnp.asarray(Z), t, sample_weight=w)

    by_target, by_weight = jax.jit(jax.grad(value, argnums=(0, 1)))(T, weights)
    np.testing.assert_allclose(
        by_target, layer.target_gradient(Z, T, sample_weight=weights), rtol=1e-10, atol=1e-14
    )
    for i, step in enumerate(1e-6 * np.eye(5)):
        ends = weights + step, np.maximum(weights - step, 0.0)
        up, down = (layer.value(Z, T, sample_weight=end) for end in ends)
        width = 1e-6 + min(1e-6, weights[i])
        np.testing.assert_allclose(by_weight[i], (up - down) / width, rtol=1e-4, atol=1e-7)
    with pytest.raises(sg.errors.AutodiffError, match="second derivative by the target"):
        jax.hessian(value)(T, weights)


@pytest.mark.parametrize("pair", [("softmax", "cross_entropy"), ("sigmoid", "squared_error")])
def test_what_jax_checks_by_differences(pair: tuple[str, str]) -> None:
    layer = OutputLayer(*pair, reduction="sum")
    z = jnp.asarray(np.vstack([Z[:3], Z[4:]]))
    check_grads(lambda z: layer.value(z, T[:4]), (z,), order=2, modes=("fwd", "rev"))


def test_labels_out_of_range_are_an_error_when_they_are_compiled_too() -> None:
    compiled = jax.jit(lambda z, y: LAYER.value(z, y))
    with pytest.raises(sg.errors.TargetError, match="label 7 at row 0"):
        LAYER.value(jnp.asarray(Z), Y + 7)
    with pytest.raises(jax.errors.JaxRuntimeError, match="TargetError: label 7 at row 0"):
        compiled(Z, Y + 7).block_until_ready()
    np.testing.assert_allclose(compiled(Z, Y), LAYER.value(Z, Y), rtol=1e-12)


def test_float32_without_float64_and_without_warnings() -> None:
    with jax.enable_x64(False), warnings.catch_warnings():
        warnings.simplefilter("error")
        z = jnp.asarray(Z, jnp.float32)
        for layer in (LAYER, OutputLayer("entmax", "fenchel_young", reduction="mean")):
            value, slope = jax.jit(jax.value_and_grad(lambda z, one=layer: one.value(z, Y).sum()))(
                z
            )
            want = layer.gradient(Z.astype(np.float32), Y)
            assert (value.dtype, slope.dtype) == (jnp.float32, jnp.float32)
            np.testing.assert_allclose(slope, want, rtol=4e-7, atol=1e-30)
        assert sg.softmax(jnp.array([1, 2, 3])).dtype == jnp.float32


def test_a_layer_that_is_made_anew_is_not_traced_anew() -> None:
    traced: list[int] = []

    @partial(jax.jit, static_argnums=0)
    def value(layer: OutputLayer, z: Any) -> Any:
        traced.append(1)
        return layer.value(z, Y)

    for _ in range(2):
        value(OutputLayer("softmax", sg.Focal(gamma=1.5)), Z)
    assert len(traced) == 1


def test_operators_of_a_layer_are_trees_of_arrays() -> None:
    hessian = jax.jit(LAYER.hessian)(Z, Y)
    np.testing.assert_allclose(
        np.asarray(hessian), np.asarray(LAYER.hessian(Z, Y)), rtol=1e-11, atol=1e-14
    )
    assert len(jax.tree.leaves(hessian)) > 1


def test_a_loss_of_a_prediction() -> None:
    p = np.asarray(sg.softmax(Z))
    slope = jax.jit(jax.grad(lambda p: jnp.sum(sg.squared_error(p, T))))(p)
    np.testing.assert_allclose(slope, sg.squared_error.gradient(p, T), rtol=1e-12)


def test_outputs_are_refused() -> None:
    with pytest.raises(sg.errors.InputTypeError, match="immutable"):
        LAYER.gradient(jnp.asarray(Z), Y, out=jnp.asarray(Z))
