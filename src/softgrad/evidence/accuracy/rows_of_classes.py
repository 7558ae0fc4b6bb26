"""Errors of softmax, log-softmax and cross-entropy over the families of logits that hurt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.evidence.accuracy.row import AccuracyRow, need_mpmath, worst_ulp
from softgrad.layer import OutputLayer

Quantity = Callable[[Array, Array], Array]

QUANTITIES = ("softmax", "log-softmax", "CE loss", "CE gradient")


_GOALS = {"softmax": 4.0, "log-softmax": 3.0, "CE loss": 3.0, "CE gradient": 4.0}


def families(rows: int = 8, n: int = 10, seed: int = 0) -> dict[str, Array]:
    """Logits by name, shape (rows, n), each a float32 number; label 0 is the largest."""
    random = np.random.default_rng(seed)
    normal = random.standard_normal((rows, n))

    def with_top(margin: float) -> Array:
        z = normal.copy()
        z[:, 0] = np.max(z[:, 1:], axis=-1) + margin
        return z

    named = {
        "N(0, 1)": with_top(0.5),
        "around 1e4": 1e4 + with_top(0.5),
        "near tie": with_top(1e-3),
        "N(0, 30)": 30.0 * with_top(0.1),
        "top margin 12": with_top(12.0),
        "top margin 30": with_top(30.0),
    }
    return {name: z.astype(np.float32).astype(np.float64) for name, z in named.items()}


def measure_rows(rows: int = 8, n: int = 10, seed: int = 0) -> list[AccuracyRow]:
    """The table: every quantity, family and dtype, for softgrad and each library found.

    Raises:
        MissingPackageError: mpmath, which says what is true, is not installed.
    """
    libraries = {"softgrad": _softgrad(), **dict(_peers())}
    table: list[AccuracyRow] = []
    for family, z in families(rows, n, seed).items():
        exact = _exact(z)
        for dtype in ("float32", "float64"):
            for quantity in QUANTITIES:
                errors = {
                    library: worst_ulp(
                        found[quantity](z.astype(dtype), np.zeros(rows, np.int64)), want
                    )
                    for library, found in libraries.items()
                    if quantity in found
                    for want in (exact[quantity],)
                }
                table.append(AccuracyRow(quantity, family, dtype, _GOALS[quantity], errors))
    return table


def _softgrad() -> dict[str, Quantity]:
    layer = OutputLayer("softmax", "cross_entropy")
    log_softmax = OutputLayer("log_softmax", "cross_entropy").activation
    return {
        "softmax": lambda z, _: layer.predict(z),
        "log-softmax": lambda z, _: log_softmax(z),
        "CE loss": layer.value,
        "CE gradient": layer.gradient,
    }


def _peers() -> Iterator[tuple[str, dict[str, Quantity]]]:
    for name, quantities in (("torch", _torch), ("jax", _jax), ("scipy", _scipy)):
        try:
            yield name, quantities()
        except ImportError:
            continue


def _torch() -> dict[str, Quantity]:
    torch: Any = import_module("torch")
    functional: Any = import_module("torch.nn.functional")

    def loss(z: Array, labels: Array) -> tuple[Any, Any]:
        logits = torch.tensor(z, requires_grad=True)
        target = torch.tensor(labels)
        return logits, functional.cross_entropy(logits, target, reduction="none")

    def gradient(z: Array, labels: Array) -> Array:
        logits, values = loss(z, labels)
        values.sum().backward()
        return logits.grad.numpy()

    return {
        "softmax": lambda z, _: torch.softmax(torch.tensor(z), -1).numpy(),
        "log-softmax": lambda z, _: torch.log_softmax(torch.tensor(z), -1).numpy(),
        "CE loss": lambda z, labels: loss(z, labels)[1].detach().numpy(),
        "CE gradient": gradient,
    }


def _jax() -> dict[str, Quantity]:
    jax: Any = import_module("jax")

    def total(z: Any) -> Any:
        return -jax.nn.log_softmax(z, axis=-1)[:, 0].sum()

    def in_its_dtype(function: Callable[[Any], Any]) -> Quantity:
        def call(z: Array, _: Array) -> Array:
            with jax.enable_x64(True):
                return np.asarray(function(jax.numpy.asarray(z)))

        return call

    return {
        "softmax": in_its_dtype(lambda z: jax.nn.softmax(z, axis=-1)),
        "log-softmax": in_its_dtype(lambda z: jax.nn.log_softmax(z, axis=-1)),
        "CE loss": in_its_dtype(lambda z: -jax.nn.log_softmax(z, axis=-1)[:, 0]),
        "CE gradient": in_its_dtype(jax.grad(total)),
    }


def _scipy() -> dict[str, Quantity]:
    special: Any = import_module("scipy.special")
    return {
        "softmax": lambda z, _: special.softmax(z, axis=-1),
        "log-softmax": lambda z, _: special.log_softmax(z, axis=-1),
        "CE loss": lambda z, _: -special.log_softmax(z, axis=-1)[:, 0],
    }


def _exact(z: Array) -> dict[str, list[Any]]:
    """Each quantity for label 0, flat, by its definition at 50 digits."""
    mpmath = need_mpmath()
    found: dict[str, list[Any]] = {quantity: [] for quantity in QUANTITIES}
    # exp(-300) beside 1 takes 130 digits more to be seen at all.
    with mpmath.workdps(200):
        for row in z.tolist():
            e = [mpmath.exp(mpmath.mpf(x)) for x in row]
            total = mpmath.fsum(e)
            p = [x / total for x in e]
            found["softmax"] += p
            found["log-softmax"] += [mpmath.log(x) for x in p]
            found["CE loss"].append(-mpmath.log(p[0]))
            found["CE gradient"] += [-mpmath.fsum(p[1:]), *p[1:]]
    return found
