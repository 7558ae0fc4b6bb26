"""Derivatives by JAX in every order of two, and how they are compared with NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

# Zeros, ties, the kinks at -1 and 1, saturated rows, and any.
Z = np.array(
    [
        [0.0, 0.0, 0.0, 0.0],
        [1.0, 1.0, 2.0, 2.0],
        [1.0, -1.0, 1.0, -1.0],
        [30.0, 0.0, -30.0, 3.0],
        [0.3, -0.2, 0.7, 1.9],
    ]
)
G, V = (np.random.default_rng(seed).normal(size=Z.shape) for seed in (1, 2))


def orders(f: Callable[[Any], Any], z: Any, g: Any, v: Any) -> dict[str, Any]:
    """The output, both first derivatives, and (g . f) twice along v in the four orders."""

    def back(z: Any) -> Any:
        return jax.vjp(f, z)[1](g)[0]

    def along(z: Any) -> Any:
        return jax.jvp(f, (z,), (v,))[1]

    return {
        "output": f(z),
        "vjp": back(z),
        "jvp": along(z),
        "forward over reverse": jax.jvp(back, (z,), (v,))[1],
        "reverse over reverse": jax.vjp(back, z)[1](v)[0],
        "reverse over forward": jax.vjp(along, z)[1](g)[0],
        "forward over forward": jnp.sum(g * jax.jvp(along, (z,), (v,))[1]),
    }


def assert_same(found: dict[str, Any], want: dict[str, Any], rtol: float = 1e-12) -> None:
    for name, value in want.items():
        size = np.max(np.abs(value), initial=1e-300)
        np.testing.assert_allclose(found[name], value, rtol, rtol * size, err_msg=name)
