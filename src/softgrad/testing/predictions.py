"""What a loss is tried at by itself: predictions and targets of each kind that it accepts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.contracts.target_domains import domain_of_targets
from softgrad.testing.points import bounds, sign_of_targets

N = 4
_VALUES = np.array([[0.5, -1.3125, 2.25, 0.75], [3.5, 0.125, -0.25, -6.0]])
# Odd numbers of 64ths, and targets even ones: no kink of any loss is met.
_SIMPLEX = np.array([[31, 17, 11, 5], [3, 5, 7, 49], [19, 21, 17, 7]]) / 64.0
_COINS = np.array([[0.25, 0.875, 0.0625, 0.625], [0.96875, 0.5, 0.75, 0.03125]])
_SIDES = np.array([[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]])


class Example(NamedTuple):
    """Rows of predictions, targets as they are given and entry by entry, and of what side."""

    prediction: Array
    target: Array
    dense: Array
    side: str = "class"

    @property
    def is_soft(self) -> bool:
        """Whether the target is one number an entry."""
        return self.target.shape == self.prediction.shape


def examples(loss: Any) -> Iterator[Example]:
    """For each kind of prediction that the loss accepts; none where it takes logarithms alone.

    As copies: an entry that changes its arguments is to break its own laws alone.
    """
    for example in _examples(loss):
        yield _copied(example)


def _examples(loss: Any) -> Iterator[Example]:
    kinds = {domain.kind for domain in loss.accepts}
    if "simplex" in kinds:
        r = _SIMPLEX
        labels = np.array([1, 3, 0])
        yield Example(r, labels, np.eye(N)[labels])
        if loss.targets in ("entries", "classes"):
            t = np.array([[3, 5, 9, 15], [21, 5, 3, 3], [3, 1, 1, 27]]) / 32.0
            yield Example(r, t, t)
    if kinds <= {"coins", "log-coins"}:
        t = np.array([[0.25, 1.0, 0.0, 0.625], [0.0, 0.9375, 1.0, 0.125]])
        yield Example(_COINS, t, t, "coin")
    positive = [d for d in loss.accepts if d.kind == "values" and d.low >= 0]
    real = [d for d in loss.accepts if d.kind == "values" and d.low < 0]
    if not (real or positive):
        return
    r = (_VALUES if real else np.abs(_VALUES))[:, : loss.row_length]
    if loss.targets in ("labels", "classes"):
        labels = np.array([1, 3])
        yield Example(r, labels, np.eye(N)[labels])
    if loss.targets == "classes":
        t = np.array([[3, 5, 9, 15], [21, 5, 3, 3]]) / 32.0
        yield Example(r, t, t)
    elif loss.targets == "row":
        r = r if loss.row_length != 3 else r[:, [1, 2, 0]]  # of which some cross
        t = np.array([0.375, -2.25])
        yield Example(r, t, np.repeat(t[:, None], r.shape[1], axis=1))
    elif loss.targets == "bounds":
        for t in (bounds(5)[:2], bounds(5)[2:4], bounds(5)[3:]):
            yield Example(r, t, t)
    elif loss.targets == "entries":
        t = np.array([[1.4375, 0.25, 1.0, 3.0], [0.4375, 2.0, 0.0625, 1.0]])[:, : r.shape[1]]
        t = sign_of_targets(loss) * t
        inside = domain_of_targets(loss, (*real, *positive)[0], r.shape[1])
        if not (inside.has(np.min(t)) and inside.has(np.max(t))):
            t = (1.0 + t) / 8.0  # as shares, the next that targets often are
        yield Example(r, t, t)


def coins() -> Example:
    """Probabilities of coins, with the side that each of them showed."""
    return _copied(Example(_COINS, _SIDES, _SIDES, "coin"))


def _copied(example: Example) -> Example:
    r, target, dense, side = example
    return Example(r.copy(), target.copy(), dense.copy(), side)
