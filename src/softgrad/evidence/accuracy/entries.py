"""Errors of element-wise activations and their derivatives, near zero and in both tails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.catalogue import find_activation
from softgrad.evidence.accuracy.row import AccuracyRow, need_mpmath, worst_ulp

#: Those that PyTorch and JAX have too, under the same name.
NAMES = ("sigmoid", "tanh", "softplus", "gelu", "silu", "mish", "elu", "selu")
GOAL = 4.0
#: The derivatives of gelu, silu and mish change sign between -3 and 3. There an error is counted
#: in ULP of this number at least: nothing is exact to 4 ULP of a number that may be any.
SMALLEST_SLOPE = {"-3 to 3": 2.0**-6}

# Peers give (value, derivative) of an activation by name at an array of logits.
Peer = Callable[[str, Array], tuple[Array, Array]]


def families(points: int = 24, seed: int = 0) -> dict[str, Array]:
    """Logits by name, each a float32 number."""
    random = np.random.default_rng(seed)
    named = {
        "-3 to 3": random.uniform(-3.0, 3.0, points),
        "-36 to -8": random.uniform(-36.0, -8.0, points),
        "8 to 36": random.uniform(8.0, 36.0, points),
    }
    return {name: z.astype(np.float32).astype(np.float64) for name, z in named.items()}


def measure_entries(points: int = 24, seed: int = 0) -> list[AccuracyRow]:
    """Value and derivative of each, for softgrad and each library found."""
    peers: dict[str, Peer] = {"softgrad": _softgrad, **dict(_peers())}
    table: list[AccuracyRow] = []
    for family, z in families(points, seed).items():
        for name in NAMES:
            values, slopes = _exact(name, z)
            for dtype in ("float32", "float64"):
                pairs = {library: peer(name, z.astype(dtype)) for library, peer in peers.items()}
                for quantity, at, exact in ((name, 0, values), (f"{name}'", 1, slopes)):
                    floor = SMALLEST_SLOPE.get(family, 0.0)
                    errors = {x: worst_ulp(pair[at], exact, floor) for x, pair in pairs.items()}
                    table.append(AccuracyRow(quantity, family, dtype, GOAL, errors))
    return table


def _softgrad(name: str, z: Array) -> tuple[Array, Array]:
    value, jacobian = find_activation(name).linearize(z)
    return value, jacobian.diagonal()


def _peers() -> Iterator[tuple[str, Peer]]:
    for name, make in (("torch", _torch), ("jax", _jax)):
        try:
            yield name, make()
        except ImportError:
            continue


def _torch() -> Peer:
    torch: Any = import_module("torch")
    functional: Any = import_module("torch.nn.functional")

    def both(name: str, z: Array) -> tuple[Array, Array]:
        logits = torch.tensor(z, requires_grad=True)
        value = getattr(functional, name)(logits)
        value.sum().backward()
        return value.detach().numpy(), logits.grad.numpy()

    return both


def _jax() -> Peer:
    jax: Any = import_module("jax")

    def both(name: str, z: Array) -> tuple[Array, Array]:
        function: Any = jax.numpy.tanh if name == "tanh" else getattr(jax.nn, name)
        if name == "gelu":  # JAX's own default is the tanh approximation
            function = partial(function, approximate=False)
        with jax.enable_x64(True):
            logits = jax.numpy.asarray(z)
            return np.asarray(function(logits)), np.asarray(jax.vmap(jax.grad(function))(logits))

    return both


def _exact(name: str, z: Array) -> tuple[list[Any], list[Any]]:
    """Values and derivatives by the definition; the derivative by differences at 120 digits."""
    mpmath = need_mpmath()
    activation = find_activation(name)
    with mpmath.workdps(120):
        points = [mpmath.mpf(x) for x in z.tolist()]
        values = activation.exact(points)

        def function(x: Any) -> Any:
            return activation.exact([x])[0]

        slopes = [mpmath.diff(function, x) for x in points]
    return values, slopes
