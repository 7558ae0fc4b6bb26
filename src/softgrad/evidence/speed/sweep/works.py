"""Every activation and every pair, forward and backward, at two shapes."""

from __future__ import annotations

from collections.abc import Iterator

from softgrad.catalogue import ACTIVATIONS, find_activation, find_loss, pairs
from softgrad.evidence.speed.task import TargetKind, Task
from softgrad.evidence.speed.works import MANY_CLASSES, MANY_ROWS, Work

# Losses that are written for a distribution, where others take the label of one.
_OF_DISTRIBUTIONS = (
    *("kl_divergence", "reverse_kl_divergence", "jensen_shannon", "alpha_divergence"),
    *("dice", "tversky"),
)
# Losses that are infinite where a target's share is 0.
_INFINITE_AT_ZERO = ("reverse_kl_divergence",)
# Losses of bounds, of risk sets and of pairs: no peer computes them for a row of any activation.
WITHOUT_PEER = ("accelerated_failure_time", "cox", "pairwise_logistic")
_OF_LABELS = ("softmax", "softmax_plus_one", "sparsemax", "entmax")


def sweep_works() -> tuple[Work, ...]:
    """Activations first, then pairs in the order of the catalogue."""
    return (*_alone(), *_of_pairs())


def _alone() -> Iterator[Work]:
    for activation in ACTIVATIONS:
        for shape in (MANY_CLASSES, MANY_ROWS):
            yield Work(task=Task("value_and_vjp", activation), shape=shape)


def _of_pairs() -> Iterator[Work]:
    for activation, loss in pairs():
        if loss in WITHOUT_PEER:
            continue
        length = find_loss(loss).terms[0][1].row_length
        shapes = (MANY_CLASSES, MANY_ROWS) if length is None else ((MANY_ROWS[0], length),)
        task = Task("value_and_gradient", activation, loss, target_kind(activation, loss))
        for shape in shapes:
            yield Work(task=task, shape=shape)


def target_kind(activation: str, loss: str) -> TargetKind:
    """What a user of the pair would most often give it."""
    kind, wanted = find_activation(activation).domain.kind, find_loss(loss).target_kind
    if wanted == "row":
        return "observations"
    if loss == "kl_divergence_of_logs":
        return "logarithms"
    if loss == "fenchel_young" and activation in _OF_LABELS:
        return "labels"
    if kind in ("coins", "log-coins") and (wanted != "entries" or kind == "coins"):
        return "chances" if loss in _INFINITE_AT_ZERO else "coins"
    if wanted == "entries":
        return "distributions" if kind == "simplex" else "attained"
    return "distributions" if loss in _OF_DISTRIBUTIONS else "labels"
