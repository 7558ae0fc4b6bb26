"""Predictions and targets of every kind that a loss may take, made up; the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from softgrad.checking.frameworks import Numbers
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.pairing.words import any_of, words


class Situation(NamedTuple):
    """Where a loss is looked at.

    Attributes:
        name: of the kind of target, and of the predictions.
        x: predictions.
        target: for them.
        limit: what a derivative that is right here alone is right for.
        is_likely: whether names speak for it, or nothing speaks against it.
    """

    name: str
    x: Numbers
    target: Any
    limit: str = ""
    is_likely: bool = True


#: Words in a loss's name, and the kinds of targets that they speak of, likeliest first.
_HINTS: tuple[tuple[str, str], ...] = (
    ("bce binary logistic logloss sigmoid bernoulli", "coins coins-of-logits"),
    ("sparse", "labels labels-of-logits"),
    ("kl kld kullback leibler divergence jensen js", "distributions one-hot"),
    ("hinge svm margin perceptron", "signs labels-of-logits"),
    ("poisson", "counts"),
    (
        "cross entropy crossentropy xent ce cce nll categorical likelihood softmax log multiclass",
        "one-hot labels one-hot-of-logits labels-of-logits coins",
    ),
    (
        "mse mae rmse msle squared square quadratic absolute huber logcosh cosh smooth l1 l2 mean",
        "values positive",
    ),
    ("sse euclidean residual quantile pinball error", "values"),
)
_EACH = frozenset({"values", "coins", "coins-of-logits", "signs", "counts", "positive"})
_ANYHOW = ["values", "one-hot", "labels", "one-hot-of-logits", "labels-of-logits"]
_VECTOR, _COLUMN, _LINE = ", one a row", ", a column", ", one a column"
_ROW = ", one row"
_NARROW = (_VECTOR, _COLUMN, _LINE, _ROW)
_LENGTH = 6
_OF_LOGITS = any_of("logits logit scores softmax sigmoid")


def situations(said: str, sample: Sample) -> list[Situation]:
    """Kinds of targets with their predictions, in the order in which they are to be tried.

    Args:
        said: the names of the loss, its class and its parameters.
        sample: how large; one row is no batch.
    """
    shape = (sample.rows, sample.entries) if sample.rows > 1 else (sample.entries,)
    made = {one.name: one for one in _all(shape, np.random.default_rng(sample.seed))}
    found = set(words(said))
    hinted = [kinds.split() for hint, kinds in _HINTS if found.intersection(hint.split())]
    groups = hinted or [_ANYHOW]
    likely = [kind for kinds in groups for kind in kinds]
    narrow = [f"{kind}{form}" for form in _NARROW for kinds in groups for kind in _alike(kinds)]
    order = [*likely, *(one for one in narrow if one in made)]
    if found.intersection(_OF_LOGITS):
        order.sort(key=lambda kind: "of-logits" not in kind)
    # One row that is right where a batch is wrong is a coincidence of their lengths.
    others = [one._replace(is_likely=False) for one in made.values() if one.name not in order]
    return [*(made[kind] for kind in dict.fromkeys(order)), *others]


def _alike(kinds: Sequence[str]) -> Sequence[str]:
    """Those of the kind that comes first: a target for each number, or one for the row."""
    return [one for one in kinds if (one in _EACH) == (kinds[0] in _EACH)]


def _all(shape: tuple[int, ...], rng: np.random.Generator) -> list[Situation]:
    batch, entries = shape[:-1], shape[-1]
    real, values = rng.standard_normal((2, *shape))
    chances = rng.uniform(0.1, 0.9, shape)
    rows, other_rows = rng.dirichlet(np.ones(entries), (2, *batch)) * 0.9 + 0.1 / entries
    labels = rng.integers(0, entries, batch)
    one_hot = np.eye(entries)[labels]
    coins = _both(rng.uniform(size=shape) > 0.5).astype(np.float64)
    counts = rng.integers(0, 5, shape).astype(np.float64)
    single: Any = labels if batch else int(labels)
    found = [
        Situation("values", real, values),
        Situation("one-hot", rows, one_hot),
        Situation("coins", chances, coins),
        Situation("labels", rows, single),
        Situation("distributions", rows, other_rows),
        Situation("one-hot-of-logits", real, one_hot),
        Situation("labels-of-logits", real, single),
        Situation("signs", real, 2.0 * coins - 1.0),
        Situation("coins-of-logits", real, coins),
        Situation("counts", np.abs(real) + 0.2, counts),
        Situation("positive", np.abs(real) + 0.2, np.abs(values) + 0.2),
    ]
    return [*found, *_narrow(found), *_of_more_axes(entries, rng)] if batch else found


def _of_more_axes(entries: int, rng: np.random.Generator) -> Iterator[Situation]:
    """Sequences of rows, and images with their classes in the second axis."""
    for shape, axis in (((2, 3, entries), -1), ((2, 3, 2, 2), 1)):
        labels = rng.integers(0, shape[axis], (*shape[:axis], *shape[axis:][1:]))
        hot = np.moveaxis(np.eye(shape[axis])[labels], -1, axis)
        kind = "sequences" if axis == -1 else "images"
        logits = rng.standard_normal(shape)
        powers = np.exp(logits)
        rows = powers / powers.sum(axis, keepdims=True)
        yield Situation(f"labels-of-logits, {kind}", logits, labels, is_likely=False)
        yield Situation(f"labels, {kind}", rows, labels, is_likely=False)
        yield Situation(f"one-hot-of-logits, {kind}", logits, hot, is_likely=False)
        yield Situation(f"one-hot, {kind}", rows, hot, is_likely=False)
        yield Situation(f"values, {kind}", logits, rng.standard_normal(shape), is_likely=False)


def _narrow(found: Sequence[Situation]) -> Iterator[Situation]:
    """One number a row, as a vector and as a column, or one row alone."""
    for one in found:
        if one.name not in _EACH:
            target = one.target[0]
            single = target if np.ndim(target) else int(target)
            yield Situation(one.name + _ROW, one.x[0], single, is_likely=False)
            continue
        x, target = one.x.reshape(-1)[:_LENGTH], one.target.reshape(-1)[:_LENGTH]
        yield Situation(one.name + _VECTOR, x, target, "for one number a row")
        yield Situation(one.name + _COLUMN, x[:, None], target[:, None], "for one number a row")
        # With one row alone, what lacks 1 / rows is right: only for what takes nothing else.
        yield Situation(one.name + _LINE, x[None], target[None], is_likely=False)


def _both(sides: Numbers) -> Numbers:
    """Both sides of a coin, in each row."""
    sides[..., 0], sides[..., -1] = True, False
    return sides
