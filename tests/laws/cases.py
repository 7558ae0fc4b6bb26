"""What the laws run over: every entry of the catalogue, every pair, and the inputs for each."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from mpmath import mpf, workdps

from laws.fenchel_young import inside_targets
from softgrad import pairs
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts.forms import LivesOn

N = 4
DTYPES = (np.float64, np.float32)
# Logits are float32 numbers, so that both dtypes are compared with one and the same reference.
_GENERATOR = np.random.default_rng(20240917)
_NORMAL = _GENERATOR.standard_normal((8, N)).astype(np.float32).astype(np.float64)

ACTIVATION_VARIANTS = [one for kind in ACTIVATIONS.values() for one in kind.examples()]
LOSS_VARIANTS = [one for kind in LOSSES.values() for one in kind.examples()]


def _pair_variants() -> list[tuple[Any, Any]]:
    """Every pair with default parameters, and each variant with two partners of its kind."""
    names = list(pairs())
    found = [(ACTIVATIONS[a].examples()[0], LOSSES[b]()) for a, b in names]
    for name, kind in ACTIVATIONS.items():
        partners = _spread([b for a, b in names if a == name])
        found += [(one, LOSSES[b]()) for one in kind.examples()[1:] for b in partners]
    for name, kind in LOSSES.items():
        partners = _spread([a for a, b in names if b == name])
        found += [
            (ACTIVATIONS[a].examples()[0], one) for one in kind.examples()[1:] for a in partners
        ]
        # Coins tell what their sides weigh.
        weighted = [one for one in kind.examples()[1:] if one.side_weights != (1.0, 1.0)]
        found += [(ACTIVATIONS["sigmoid"](), one) for one in weighted if "sigmoid" not in partners]
    return [(a, b) for a, b in found if b.fits(a)]


def _spread(names: list[str], count: int = 2) -> list[str]:
    return names[:: max(1, len(names) // count)][:count]


PAIR_VARIANTS = _pair_variants()
# Rows of any length may be masked, moved and reshaped; those of one length only may not.
FLEXIBLE_PAIRS = [(a, b) for a, b in PAIR_VARIANTS if b.row_length is None]


def identify(value: Any) -> str:
    """The id of a parameter: the repr of what is tested."""
    if isinstance(value, tuple):
        return "-".join(map(identify, value))
    return value.__name__ if isinstance(value, type) else repr(value)


def logits(activation: Any, loss: Any = None, n: int = N) -> np.ndarray:
    """Rows of logits: N(0, 1), one far above, a near tie at the top, both signs far out."""
    length = n if loss is None or loss.row_length is None else loss.row_length
    rows = _logits(activation, length)
    if loss is not None and (activation.name, loss.name) == ("exp", "exponential"):
        return 0.25 * rows  # exp(exp(z)) of more is beyond the range of numbers
    return rows


def pair_logits(activation: Any, loss: Any) -> np.ndarray:
    """Fewer and shorter rows, for laws that need the exact second derivative of every pair."""
    rows = logits(activation, loss, 3)
    if loss.needs_potential:  # an integral a row, and one of sparse outputs has kinks
        sparse = activation.domain.kind == "simplex" and activation.domain.has_low
        return rows[:1] if sparse else rows[[0, 2, -1]]
    return rows if activation.domain.kind == "values" else rows[[0, 2, 3, -2, -1]]


@cache
def _logits(activation: Any, n: int) -> np.ndarray:
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
        rows = np.array([[_reachable(activation, x) for x in row] for row in rows])
    return rows


def _reachable(activation: Any, z: float) -> float:
    """z, halved until neither side of the coin is below 1e-30: exp(-exp(60)) has no digits."""
    with workdps(150):
        p = activation.exact([mpf(z)])[0]
        beyond = min(p, 1 - p) < mpf(10) ** -30
    return _reachable(activation, z / 2) if beyond and not activation.domain.has_low else z


class Targets(NamedTuple):
    """A target as it is given, and as one number an entry."""

    name: str
    given: np.ndarray
    dense: np.ndarray


def targets(activation: Any, loss: Any, z: np.ndarray) -> list[Targets]:
    """The targets that a pair is tested with, for logits z of shape (rows, n).

    Those at which the loss is infinite whatever is predicted (the reverse KL divergence of a
    one-hot target) are left out.
    """
    side = "coin" if activation.domain.kind in ("coins", "log-coins") else "class"
    found = _targets(activation, loss, z)
    if loss.needs_potential or activation.domain.kind == "values":
        return found
    even = [mpf(1) / z.shape[1]] * z.shape[1]
    return [t for t in found if _is_finite(loss.exact(even, [mpf(x) for x in t.dense[0]], side))]


def _is_finite(value: Any) -> bool:
    return bool(np.isfinite(float(value)))


def _targets(activation: Any, loss: Any, z: np.ndarray) -> list[Targets]:
    rows, n = z.shape
    if loss.targets == "row":
        observed = np.round(2.0 * _NORMAL.reshape(-1)[:rows], 3) + 0.125
        return [_entries("observed", observed, np.repeat(observed[:, None], n, axis=1))]
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
            soft = np.tile(inside_targets(activation, n), (rows, 1))
        found = [_labels("label at the top", top, n), _labels("another label", (top + 1) % n, n)]
        return [*found, _entries("soft", soft, soft)]
    if kind == "coins":
        right = (z > 0).astype(np.float64)
        soft = np.array([0.25, 0.9375, 0.125, 0.625])[:n] * np.ones((rows, 1))
        if loss.needs_potential:
            soft = np.tile(inside_targets(activation, n), (rows, 1))
        return [
            _entries("right side", right, right),
            _entries("wrong side", 1.0 - right, 1.0 - right),
            _entries("soft", soft, soft),
        ]
    if loss.needs_potential:
        inside = np.tile(inside_targets(activation, n), (rows, 1))
        return [_entries("attained", inside, inside)]
    if loss.targets == "classes":
        soft = np.tile(np.array([0.5, 0.125, 0.3125, 0.0625])[:n], (rows, 1))
        found = [_labels("label at the top", top, n), _labels("another label", (top + 1) % n, n)]
        return [*found, _entries("soft", soft, soft)]
    values = sign_of_targets(loss) * (np.round(np.abs(_NORMAL[:rows, :n]) * 2.0, 3) + 0.0625)
    return [_entries("values", values, values)]


def sign_of_targets(loss: Any) -> float:
    """Targets are positive, which every loss of values takes but one of logarithms."""
    domain = loss.allowed_targets()
    return -1.0 if domain is not None and domain.high == 0.0 else 1.0


def through_logarithm(activation: Any, loss: Any) -> bool:
    """Whether a loss of probabilities meets an activation that gives their logarithms."""
    written_on_log = loss.lives_on is LivesOn.LOG
    return written_on_log and activation.domain.kind.startswith("log-")


def _labels(name: str, labels: np.ndarray, n: int) -> Targets:
    return Targets(name, labels, np.eye(n)[labels])


def _entries(name: str, given: np.ndarray, dense: np.ndarray) -> Targets:
    exact = np.asarray(given, dtype=np.float32).astype(np.float64)
    return Targets(name, exact, np.asarray(dense, dtype=np.float32).astype(np.float64))
