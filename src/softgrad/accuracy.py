"""Errors in units in the last place, beside PyTorch, JAX and SciPy where those are installed.

Every number is compared with mpmath at 50 digits or more. `measure` gives the rows of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.errors import MissingPackageError
from softgrad.layer import OutputLayer

Quantity = Callable[[Array, Array], Array]

QUANTITIES = ("softmax", "log-softmax", "cross-entropy", "cross-entropy gradient")


@dataclass(frozen=True, slots=True)
class AccuracyRow:
    """The largest error of one quantity over one family of logits.

    Attributes:
        quantity: what was computed.
        family: which logits.
        dtype: "float32" or "float64".
        goal: the largest error that softgrad allows itself, in ULP.
        errors: the largest error in ULP of each library that has the quantity.
    """

    quantity: str
    family: str
    dtype: str
    goal: float
    errors: dict[str, float]


_GOALS = {"softmax": 4.0, "log-softmax": 3.0, "cross-entropy": 3.0, "cross-entropy gradient": 4.0}


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
        "near tie at the top": with_top(1e-3),
        "N(0, 30)": 30.0 * with_top(0.1),
        "top margin 12": with_top(12.0),
        "one logit 30 above": with_top(30.0),
    }
    return {name: z.astype(np.float32).astype(np.float64) for name, z in named.items()}


def measure(rows: int = 8, n: int = 10, seed: int = 0) -> list[AccuracyRow]:
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
                    library: _worst(
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
        "cross-entropy": layer.value,
        "cross-entropy gradient": layer.gradient,
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
        "cross-entropy": lambda z, labels: loss(z, labels)[1].detach().numpy(),
        "cross-entropy gradient": gradient,
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
        "cross-entropy": in_its_dtype(lambda z: -jax.nn.log_softmax(z, axis=-1)[:, 0]),
        "cross-entropy gradient": in_its_dtype(jax.grad(total)),
    }


def _scipy() -> dict[str, Quantity]:
    special: Any = import_module("scipy.special")
    return {
        "softmax": lambda z, _: special.softmax(z, axis=-1),
        "log-softmax": lambda z, _: special.log_softmax(z, axis=-1),
        "cross-entropy": lambda z, _: -special.log_softmax(z, axis=-1)[:, 0],
    }


def _exact(z: Array) -> dict[str, list[Any]]:
    """Each quantity for label 0, flat, by its definition at 50 digits."""
    try:
        mpmath: Any = import_module("mpmath")
    except ImportError as error:
        raise MissingPackageError(
            "softgrad accuracy needs mpmath: pip install 'softgrad[cli]'"
        ) from error
    found: dict[str, list[Any]] = {quantity: [] for quantity in QUANTITIES}
    # exp(-300) beside 1 takes 130 digits more to be seen at all.
    with mpmath.workdps(200):
        for row in z.tolist():
            e = [mpmath.exp(mpmath.mpf(x)) for x in row]
            total = mpmath.fsum(e)
            p = [x / total for x in e]
            found["softmax"] += p
            found["log-softmax"] += [mpmath.log(x) for x in p]
            found["cross-entropy"].append(-mpmath.log(p[0]))
            found["cross-entropy gradient"] += [-mpmath.fsum(p[1:]), *p[1:]]
    return found


def _worst(computed: Array, exact: Sequence[Any]) -> float:
    """The largest error in ULP of the exact value, in the dtype of `computed`."""
    flat = np.asarray(computed).reshape(-1)
    limits = np.finfo(flat.dtype)
    worst = 0.0
    for value, true in zip(flat, exact, strict=True):
        nearest = float(true)
        size = max(abs(nearest), float(limits.smallest_normal))
        spacing = 2.0 ** (int(np.frexp(size)[1]) - 1 - limits.nmant)
        worst = max(worst, float(abs(float(value) - true) / spacing))
    return worst
