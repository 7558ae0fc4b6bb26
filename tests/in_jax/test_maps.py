"""Activations of JAX's arrays, differentiated in every order of two: what NumPy's arrays give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import softgrad as sg
from jax_orders import G, V, Z, assert_same, orders
from laws.cases import identify
from softgrad.catalogue import ACTIVATIONS
from softgrad.contracts.activation import Activation

EXACT = [kind.examples()[0] for kind in ACTIVATIONS.values()]


def expected(act: Activation) -> dict[str, Any]:
    twice = act.hvp(Z, G, V)
    return {
        "output": act(Z),
        "vjp": act.vjp(Z, G),
        "jvp": act.jvp(Z, V),
        "forward over reverse": twice,
        "reverse over reverse": twice,
        "reverse over forward": twice,
        "forward over forward": np.sum(twice * V),
    }


@pytest.mark.parametrize("act", EXACT, ids=identify)
def test_every_activation_in_every_order(act: Activation) -> None:
    assert_same(orders(act, jnp.asarray(Z), jnp.asarray(G), jnp.asarray(V)), expected(act))


@pytest.mark.parametrize("name", ["softmax", "entmax", "spherical_softmax", "gelu", "log_softmax"])
def test_the_same_compiled_and_batched(name: str) -> None:
    act = getattr(sg, name)
    compiled = jax.jit(lambda z, g, v: orders(act, z, g, v))
    assert_same(compiled(Z, G, V), expected(act))
    batched = jax.jit(jax.vmap(jax.grad(lambda z, g: jnp.sum(g * act(z)))))
    np.testing.assert_allclose(batched(Z, G), act.vjp(Z, G), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", ["softmax", "sparsemax", "tanh"])
def test_a_jacobian_by_either_mode_is_the_operator(name: str) -> None:
    act = getattr(sg, name)
    want = np.asarray(act.jacobian(Z[4]))
    for transform in (jax.jacrev, jax.jacfwd):
        np.testing.assert_allclose(transform(act)(Z[4]), want, rtol=1e-12, atol=1e-15)
    returned = jax.jit(jax.vmap(act.jacobian))(Z)
    np.testing.assert_allclose(np.asarray(returned)[4], want, rtol=1e-12, atol=1e-15)


def test_masks_axes_and_dtypes() -> None:
    keep = np.array([True, False, True, True])
    for axis, z in ((-1, Z), (0, Z.T)):
        mask = keep if axis == -1 else keep[:, None]
        slope = jax.grad(lambda z, axis=axis, mask=mask: sg.entmax(z, axis=axis, where=mask)[0, 0])
        g = np.zeros_like(z)
        g[0, 0] = 1.0
        np.testing.assert_allclose(slope(z), sg.entmax.vjp(z, g, axis=axis, where=mask), rtol=1e-12)
    for dtype in (jnp.float32, jnp.bfloat16, jnp.float16):
        z = jnp.asarray(Z, dtype)
        found = jax.jit(jax.grad(lambda z: jnp.sum(sg.softmax(z)[:, 0])))(z)
        assert found.dtype == dtype
        want = sg.softmax.vjp(np.asarray(z), np.eye(4)[[0] * 5].astype(dtype))
        np.testing.assert_array_equal(np.asarray(found), want)


def test_noise_has_a_key() -> None:
    z, key = jnp.asarray(Z), jax.random.key(3)
    noise = np.asarray(jax.random.gumbel(key, Z.shape, jnp.float32))
    given = sg.GumbelSoftmax(temperature=0.5, noise=noise)

    @jax.jit
    def first(z: Any, key: Any) -> Any:
        return jnp.sum(sg.GumbelSoftmax(temperature=0.5, key=key)(z)[:, 0])

    g = np.eye(4)[[0] * 5]
    np.testing.assert_allclose(jax.grad(first)(z, key), given.vjp(Z, g), rtol=1e-9, atol=1e-12)
    assert first(z, key) != first(z, jax.random.key(4))
    with pytest.raises(sg.errors.InputTypeError, match="key"):
        jax.jit(sg.gumbel_softmax)(z)


def test_a_third_derivative_is_an_error() -> None:
    def slope(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return jax.grad(lambda z: jnp.sum(f(z)[0]))

    with pytest.raises(sg.errors.AutodiffError, match="third derivative"):
        slope(slope(slope(sg.softmax)))(jnp.asarray(Z))


def test_without_jit() -> None:
    z, v = jnp.asarray(Z), jnp.asarray(V)

    def along(z: Any) -> Any:
        return jax.jvp(sg.spherical_softmax, (z,), (v,))[1]

    want = jax.jvp(along, (z,), (v,))[1]
    with jax.disable_jit():
        np.testing.assert_allclose(jax.jvp(along, (z,), (v,))[1], want, rtol=1e-12)
