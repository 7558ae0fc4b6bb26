"""The inputs that laws are tried at: logits, targets of pairs, and predictions of losses."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.contracts.forms import LivesOn
from softgrad.contracts.target_domains import domain_of_targets
from softgrad.testing.definitions import can_be_exact

N = 4
# Logits are float32 numbers, so that both dtypes are compared with one and the same reference.
_GENERATOR = np.random.default_rng(20240917)
_NORMAL = _GENERATOR.standard_normal((8, N)).astype(np.float32).astype(np.float64)
_LEAST_CHANCE = 1e-30

# Gives n targets that an activation attains, for losses that are built on its potential.
Attained = Callable[[Any, int], list[float]]


class Targets(NamedTuple):
    """A target as it is given, and as one number an entry."""

    name: str
    given: Array
    dense: Array


def logits(activation: Any, loss: Any = None, n: int = N) -> Array:
    """Rows of logits: N(0, 1), one far above, a near tie at the top, both signs far out."""
    length = n if loss is None or loss.row_length is None else loss.row_length
    rows = _logits(activation, length).copy()  # an entry may change what it is given
    of_powers = ("exponential", "cox", "pairwise_logistic")
    if loss is not None and activation.name == "exp" and loss.name in of_powers:
        return 0.25 * rows  # exp(exp(z)) of more is beyond the range of numbers
    return rows


def pair_logits(activation: Any, loss: Any) -> Array:
    """Fewer and shorter rows, for laws that need the exact second derivative of every pair."""
    rows = logits(activation, loss, 3)
    if loss.needs_potential:  # an integral a row, and one of sparse outputs has kinks
        sparse = activation.domain.kind == "simplex" and activation.domain.has_low
        return rows[:1] if sparse else rows[[0, 2, -1]]
    return rows if activation.domain.kind == "values" else rows[[0, 2, 3, -2, -1]]


def targets(
    activation: Any, loss: Any, z: Array, attained: Attained | None = None
) -> list[Targets]:
    """The targets that a pair is tested with, for logits z of shape (rows, n).

    Those at which the loss is infinite whatever is predicted (the reverse KL divergence of a
    one-hot target) are left out.
    """
    found = _targets(activation, loss, z, attained or attained_by_value)
    if loss.needs_potential or activation.domain.kind == "values" or not can_be_exact(loss):
        return found
    from mpmath import mpf

    side = "coin" if activation.domain.kind in ("coins", "log-coins") else "class"
    even = [mpf(1) / z.shape[1]] * z.shape[1]
    exact = [loss.exact(even, [mpf(x) for x in t.dense[0]], side) for t in found]
    return [t for t, value in zip(found, exact, strict=True) if np.isfinite(float(value))]


def bounds(rows: int) -> Array:
    """A lower and an upper bound a row: seen, open above, open below, between, and near ones."""
    kinds = [(1.5, 1.5), (0.75, np.inf), (0.0, 1.25), (0.5, 2.0), (1.0, 1.0 + 2.0**-20)]
    return np.array([kinds[row % len(kinds)] for row in range(rows)])


def through_logarithm(activation: Any, loss: Any) -> bool:
    """Whether a loss of probabilities meets an activation that gives their logarithms."""
    written_on_log = loss.lives_on is LivesOn.LOG
    return written_on_log and activation.domain.kind.startswith("log-")


def sign_of_targets(loss: Any) -> float:
    """Targets are positive, which every loss of values takes but one of logarithms."""
    domain = loss.allowed_targets()
    return -1.0 if domain is not None and domain.high == 0.0 else 1.0


def starting_point(n: int) -> list[float]:
    """Logits whose outputs, rounded, are the targets inside the domain."""
    return [0.75, -0.5, 0.1875, -0.1875, 0.40625][:n]


def attained_by_value(activation: Any, n: int) -> list[float]:
    """Targets that the activation attains (nearly) at `starting_point`, dyadic on a simplex."""
    return dyadic(activation, [float(x) for x in activation(np.array(starting_point(n)))])


def dyadic(activation: Any, outputs: list[float]) -> list[float]:
    """The outputs in 65536ths; on a simplex they sum to 1 exactly."""
    rounded = [round(x * 2**16) / 2**16 for x in outputs]
    if activation.domain.kind == "simplex":
        rounded[0] = 1.0 - sum(rounded[1:])
    return rounded


@cache
def _logits(activation: Any, n: int) -> Array:
    rows = _NORMAL[:6, :n].copy()
    if activation.domain.kind == "values":
        return np.concatenate([rows[:2], 4.0 * rows[2:4]])
    top = np.max(rows, axis=-1)
    rows[2, 1] = np.float32(top[2] + 20.0)
    rows[3, n - 1] = np.float32(top[3] + 60.0)
    rows[4, np.argmin(rows[4])] = np.nextafter(np.float32(top[4]), np.float32(9.0))
    rows[5] = np.array([-20.0, 18.5, 0.25, 9.0])[:n]
    rows = rows.astype(np.float32).astype(np.float64)
    if activation.domain.kind == "coins":
        rows = np.array([[_reachable(activation, float(x)) for x in row] for row in rows])
    return rows


def _reachable(activation: Any, z: float) -> float:
    """z, halved until neither side of the coin is below 1e-30: exp(-exp(60)) has no digits."""
    if can_be_exact(activation):
        from mpmath import mpf, workdps

        with workdps(150):
            p = activation.exact([mpf(z)])[0]
            beyond = min(p, 1 - p) < _LEAST_CHANCE
    else:
        p, q = float(activation(z)), float(activation.complement(z))
        beyond = min(p, q) < _LEAST_CHANCE
    return _reachable(activation, z / 2) if beyond and not activation.domain.has_low else z


def _targets(activation: Any, loss: Any, z: Array, attained: Attained) -> list[Targets]:
    rows, n = z.shape
    if loss.targets == "row":
        observed = np.round(2.0 * _NORMAL.reshape(-1)[:rows], 3) + 0.125
        return [_entries("observed", observed, np.repeat(observed[:, None], n, axis=1))]
    if loss.targets == "bounds":
        return [_entries("bounds", bounds(rows), bounds(rows))]
    top = np.argmax(z, axis=-1)
    if loss.targets == "labels":
        return [_labels("label at the top", top, n), _labels("another label", (top + 1) % n, n)]
    kind = activation.domain.kind
    if through_logarithm(activation, loss):
        kind = kind.removeprefix("log-")
    if kind in ("simplex", "sub-simplex"):
        # Dyadic, so that they sum to 1 exactly.
        soft = np.array([[10, 1, 3, 2], [4, 4, 7, 1], [2, 12, 1, 1], [1, 1, 13, 1]]) / 16.0
        soft[:, n - 1] += np.sum(soft[:, n:], axis=-1)
        soft = soft[np.arange(rows) % 4, :n]
        if loss.needs_potential:
            soft = np.tile(attained(activation, n), (rows, 1))
        found = [_labels("label at the top", top, n), _labels("another label", (top + 1) % n, n)]
        return [*found, _entries("soft", soft, soft)]
    if kind == "coins":
        right = (z > 0).astype(np.float64)
        soft = np.array([0.25, 0.9375, 0.125, 0.625])[:n] * np.ones((rows, 1))
        if loss.needs_potential:
            soft = np.tile(attained(activation, n), (rows, 1))
        return [
            _entries("right side", right, right),
            _entries("wrong side", 1.0 - right, 1.0 - right),
            _entries("soft", soft, soft),
        ]
    if loss.needs_potential:
        inside = np.tile(attained(activation, n), (rows, 1))
        return [_entries("attained", inside, inside)]
    if loss.targets == "classes":
        soft = np.tile(np.array([0.5, 0.125, 0.3125, 0.0625])[:n], (rows, 1))
        found = [_labels("label at the top", top, n), _labels("another label", (top + 1) % n, n)]
        return [*found, _entries("soft", soft, soft)]
    values = sign_of_targets(loss) * (np.round(np.abs(_NORMAL[:rows, :n]) * 2.0, 3) + 0.0625)
    inside = domain_of_targets(loss, activation.domain, n)
    if not (inside.has(np.min(values)) and inside.has(np.max(values))):
        values = 0.25 + 0.5 * (values % 1.0)  # as shares, the next that targets often are
    return [_entries("values", values, values)]


def _labels(name: str, labels: Array, n: int) -> Targets:
    return Targets(name, labels, np.eye(n)[labels])


def _entries(name: str, given: Array, dense: Array) -> Targets:
    exact = np.asarray(given, dtype=np.float32).astype(np.float64)
    return Targets(name, exact, np.asarray(dense, dtype=np.float32).astype(np.float64))
