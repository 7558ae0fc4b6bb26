"""Logits and targets of any number of rows and classes, for the laws of the compiled kernels."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np

from laws.cases import (
    ACTIVATION_VARIANTS,
    PAIR_VARIANTS,
    sign_of_targets,
    through_logarithm,
)
from softgrad.contracts.forms import LivesOn
from softgrad.testing.points import bounds

# Rows and classes. Few rows of many classes: a row lies along the lanes of registers, with a tail.
# Many rows of few classes: each lane has a row, and the last registers lack some.
FEW_ROWS, MANY_ROWS, LONG_ROWS, ONE_CLASS = (1, 11), (19, 5), (5, 101), (3, 1)
# Beyond, one side of a coin is 0 in float64, and no loss of it has a digit.
_REACH = {"complementary_log_log": (-60.0, 4.0), "probit": (-11.0, 11.0)}


class Target(NamedTuple):
    """A target, and how a failure calls it."""

    name: str
    given: np.ndarray

    @property
    def is_labels(self) -> bool:
        return self.given.dtype.kind in "iu"


# Entries that have no stages.
WITHOUT_STAGES = {"multi_quantile", "accelerated_failure_time", "cox", "pairwise_logistic"}


def served(activation: Any) -> bool:
    """Whether there are kernels for it: noise is drawn in Python."""
    return activation.name not in {"gumbel_softmax", *WITHOUT_STAGES}


ACTIVATIONS = [one for one in ACTIVATION_VARIANTS if served(one)]
PAIRS = [
    (a, b)
    for a, b in PAIR_VARIANTS
    if served(a)
    and b.name not in WITHOUT_STAGES
    and (a.name, b.name) != ("softmax_plus_one", "fenchel_young")
]


DEFAULT_PAIRS = [
    (a, b)
    for a, b in PAIRS
    if b.row_length is None and a == type(a).examples()[0] and b == type(b)()
]


def is_too_steep(activation: Any, loss: Any) -> bool:
    """Slopes have no bound at the edge of the support: their products are the definition's."""
    steep = activation.name == "sparsemax" or getattr(activation, "alpha", 1.0) >= 2.0
    on_log = loss.lives_on is LivesOn.LOG or loss.name == "ranked_probability_score"
    return activation.rowwise and steep and on_log


def _spread(count: int = 2) -> list[tuple[Any, Any]]:
    """Each activation with a few losses, each loss with a few activations."""
    seen: Counter[str] = Counter()
    chosen = []
    for a, b in sorted(DEFAULT_PAIRS, key=lambda pair: _order(repr(pair))):
        if seen[a.name] < count or seen[b.name] < count:
            chosen.append((a, b))
            seen.update((a.name, b.name))
    return chosen


def _order(text: str) -> int:
    """The same in every process, and nothing to do with names."""
    return crc32(text.encode())


SPREAD_PAIRS = _spread()


def classes_of(loss: Any, n: int) -> int:
    """How many classes a row has: losses of one length have that one."""
    return n if loss.row_length is None else loss.row_length


@cache
def logits(activation: Any, rows: int, n: int) -> np.ndarray:
    """N(0, 1) and wider, with near ties at the top and classes far above; exact in float32."""
    rng = np.random.default_rng(1000 * rows + n)
    z = rng.standard_normal((rows, n))
    kind = activation.domain.kind
    if kind == "values":
        z[1::2] *= 4.0
    elif kind in ("coins", "log-coins"):
        z[1::3] *= 4.0
        z[2::3] *= 12.0
        z = np.clip(z, *_REACH.get(activation.name, (-60.0, 60.0)))
    else:
        top = np.max(z, axis=-1)
        for row, above in zip(range(rows), [0.0, 20.0, 60.0, 1e-7, 2.0] * rows, strict=False):
            if above:
                z[row, rng.integers(n)] = top[row] + above
    z = z.astype(np.float32).astype(np.float64)
    z.flags.writeable = False
    return z


def targets(activation: Any, loss: Any, z: np.ndarray) -> list[Target]:
    """Every kind of target that a pair takes, exact in float32.

    Those at which the loss is infinite whatever is predicted are left out, as in laws.cases.
    """
    found = _targets(activation, loss, *z.shape)
    if loss.targets == "row" or loss.needs_potential or activation.domain.kind == "values":
        return list(found)
    coins = activation.domain.kind in ("coins", "log-coins")
    half = np.full(z.shape, 0.5 if coins else 1.0 / z.shape[1])
    return [t for t in found if np.all(np.isfinite(_by_prediction(loss, half, t.given, coins)))]


def _by_prediction(loss: Any, prediction: Any, target: Any, coins: bool) -> Any:
    return loss(prediction, target, axis=() if coins else -1)


@cache
def _targets(activation: Any, loss: Any, rows: int, n: int) -> tuple[Target, ...]:
    rng = np.random.default_rng(7 * rows + n)
    if loss.targets == "row":
        return (_entries("observed", rng.normal(size=rows)),)
    if loss.targets == "bounds":
        return (_entries("bounds", bounds(rows)),)
    top = np.argmax(logits(activation, rows, n), axis=-1)
    numbers = np.where(rng.random(rows) < 0.4, top, rng.integers(n, size=rows))
    one_hot = Target("one-hot", np.eye(n)[numbers])
    # A label among one class is refused.
    labels = Target("labels", numbers) if n > 1 else one_hot
    if loss.targets == "labels":
        return (labels, one_hot)
    kind = activation.domain.kind
    if through_logarithm(activation, loss):
        kind = kind.removeprefix("log-")
    if loss.needs_potential:
        attained = activation(rng.normal(size=(rows, n)).astype(np.float32))
        return (_entries("attained", attained),)
    if kind in ("simplex", "sub-simplex"):
        return labels, _entries("soft", _distributions(rng, rows, n))
    if kind == "coins":
        hard = (rng.random((rows, n)) < 0.5).astype(np.float64)
        return _entries("sides", hard), _entries("soft", rng.uniform(0.02, 0.98, (rows, n)))
    if loss.targets == "classes":
        return labels, _entries("soft", _distributions(rng, rows, n))
    return (_entries("values", sign_of_targets(loss) * rng.uniform(0.06, 4.0, (rows, n))),)


def _distributions(rng: np.random.Generator, rows: int, n: int) -> np.ndarray:
    """Positive and dyadic, so that they sum to 1 exactly in every dtype."""
    return (1 + rng.multinomial(256 - n, rng.dirichlet(np.ones(n), size=rows))) / 256.0


def _entries(name: str, given: Any) -> Target:
    return Target(name, np.asarray(given, dtype=np.float32).astype(np.float64))
