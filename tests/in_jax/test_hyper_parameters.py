"""Hyper-parameters that are arrays of JAX's: numbers, and a temperature that is traced."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import softgrad as sg
from jax_orders import G, V, Z
from softgrad.errors import ParameterError

T = 0.7
TARGET = np.random.default_rng(3).dirichlet(np.ones(4), size=5)
PARTS = {
    "value": (),
    "gradient": (),
    "gradient_and_hessian_diagonal": (),
    "hvp": (V,),
}


def test_numbers_of_jax_are_numbers() -> None:
    assert sg.Softmax(temperature=jnp.float32(2.0)) == sg.Softmax(temperature=2.0)
    assert sg.Focal(gamma=jnp.asarray(3)).gamma == 3
    for wrong in (jnp.ones(1), jnp.asarray(True), jax.random.key(0)):
        with pytest.raises(ParameterError, match="expected a number"):
            sg.Focal(gamma=wrong)


@pytest.mark.parametrize("kind", [sg.Softmax, sg.LogSoftmax])
def test_a_temperature_that_is_traced(kind: Any) -> None:
    act = kind(temperature=T)
    for name, vectors in {"__call__": (), "vjp": (G,), "jvp": (V,), "hvp": (G, V)}.items():
        found = jax.jit(
            lambda z, t, n=name, v=vectors: getattr(kind(temperature=t), n)(jnp.asarray(z), *v)
        )(Z, T)
        want = getattr(act, name)(Z, *vectors)
        np.testing.assert_allclose(found, want, rtol=1e-11, atol=1e-14)


def test_derivatives_by_the_temperature_to_second_order() -> None:
    z = np.where(Z == 30.0, -np.inf, Z)

    def total(t: Any) -> Any:
        return jnp.sum(G * sg.Softmax(temperature=t)(jnp.asarray(z)))

    def slope(t: float) -> Any:
        return np.sum(G * sg.Softmax(temperature=t).parameter_derivative(z, "temperature"))

    np.testing.assert_allclose(jax.jit(jax.grad(total))(T), slope(T), rtol=1e-11)
    second = jax.jit(jax.grad(jax.grad(total)))(T)
    np.testing.assert_allclose(second, (slope(T + 1e-5) - slope(T - 1e-5)) / 2e-5, rtol=1e-6)
    assert np.isnan(jax.jit(total)(-1.0))


@pytest.mark.parametrize("loss", ["focal", "fenchel_young"])
def test_layers_of_a_temperature_that_is_traced(loss: str) -> None:
    layer = sg.OutputLayer(sg.Softmax(temperature=T), loss, reduction="mean")

    def at(t: Any, method: str, *vectors: Any) -> Any:
        traced = sg.OutputLayer(sg.Softmax(temperature=t), loss, reduction="mean")
        return getattr(traced, method)(jnp.asarray(Z), TARGET, *vectors)

    for name, vectors in PARTS.items():
        found = jax.jit(lambda t, n=name, v=vectors: at(t, n, *v))(T)
        want = getattr(layer, name)(Z, TARGET, *vectors)
        for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(want), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-14)
    ends = [
        sg.OutputLayer(sg.Softmax(temperature=T + step), loss, reduction="mean").value(Z, TARGET)
        for step in (1e-6, -1e-6)
    ]
    slope = jax.jit(jax.grad(lambda t: at(t, "value")))(T)
    np.testing.assert_allclose(slope, (ends[0] - ends[1]) / 2e-6, rtol=1e-6)


def test_what_a_traced_number_is_refused_by() -> None:
    z = jnp.asarray(Z)

    def refused(f: Any, match: str) -> None:
        with pytest.raises(ParameterError, match=match):
            jax.grad(f)(T)

    def of_layer(t: Any, loss: Any, **settings: Any) -> Any:
        layer = sg.OutputLayer(sg.Softmax(temperature=t), loss, **settings)
        return jnp.sum(layer.value(z, TARGET))

    refused(lambda t: sg.Entmax(alpha=t)(z)[0, 0], "alpha .* known when JAX traces")
    refused(lambda t: sg.Softmax(temperature=t).jacobian(z).trace()[0], "operators do not take")
    refused(lambda t: of_layer(t, sg.z_loss), "temperature is traced")
    refused(lambda t: of_layer(t, sg.fenchel_young + sg.cross_entropy), "temperature is traced")
    refused(lambda t: of_layer(t, "cross_entropy", margin=0.5), "temperature is traced")
