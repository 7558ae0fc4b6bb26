"""Losses that many people write, known by their values at the caller's target, with the gradient.

Plain formulas, not the library's; definitions as in Terven et al., "A comprehensive survey of loss
functions and metrics in deep learning", Artificial Intelligence Review 58, 2025.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from softgrad.checking.frameworks import Numbers
from softgrad.checking.structure import sigmoid

_NEAR = 1e-7


@dataclass(frozen=True, slots=True)
class KnownLoss:
    """A loss that is known by its values.

    Attributes:
        name: as people call it.
        value: of predictions and targets of one shape, entry by entry or row by row.
        gradient: the right derivative of the sum of all, by the prediction `x`, with target `t`.
        before: assignments that it needs, or "".
    """

    name: str
    value: Callable[[Numbers, Numbers], Numbers]
    gradient: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A known loss with the target and the reduction that it was found with.

    Attributes:
        name: the loss and how its entries are put together, in words.
        line: code for the gradient, of `x` and the target by its name.
    """

    name: str
    line: str


def known_loss(
    inputs: Sequence[Numbers], results: Sequence[Numbers], targets: Mapping[str, Numbers]
) -> Recognised | None:
    """The loss that gives these results, one array for each of inputs; or None.

    Args:
        inputs: of the caller's shape.
        results: likewise: a number, or one a row.
        targets: arrays that may be the target, by the name that the source has for them.
    """
    with np.errstate(all="ignore"):
        for name, target in targets.items():
            for t, is_labels in _read(target, inputs[0].shape):
                for loss in _LOSSES:
                    found = _reduction(loss, inputs, results, t)
                    if found is not None:
                        return _recognised(loss, name, found, is_labels=is_labels)
    return None


def _read(target: Numbers, shape: tuple[int, ...]) -> Iterator[tuple[Numbers, bool]]:
    """The target as an array like the prediction; and whether it was labels."""
    if target.shape == shape:
        yield target, False
    elif len(shape) > 0 and target.shape == shape[:-1] and np.all(target == np.round(target)):
        labels = target.astype(int)
        if np.all((labels >= 0) & (labels < shape[-1])):
            yield np.eye(shape[-1])[labels], True


#: How entries are put together: in words, as code, and by how much the sum is divided.
_REDUCTIONS: tuple[tuple[str, str, Callable[[tuple[int, ...]], float]], ...] = (
    ("added up", "", lambda shape: 1.0),
    ("averaged over rows", " / len(x)", lambda shape: float(shape[0]) if len(shape) > 1 else 0.0),
    ("averaged over all entries", " / x.size", lambda shape: float(np.prod(shape))),
    ("averaged over each row", " / x.shape[-1]", lambda shape: float(shape[-1])),
    ("halved", " / 2", lambda shape: 2.0),
    (
        "averaged over rows and halved",
        " / (2 * len(x))",
        lambda shape: 2.0 * shape[0] if len(shape) > 1 else 0.0,
    ),
    (
        "averaged over all entries and halved",
        " / (2 * x.size)",
        lambda shape: 2.0 * float(np.prod(shape)),
    ),
)


def _reduction(
    loss: KnownLoss, inputs: Sequence[Numbers], results: Sequence[Numbers], t: Numbers
) -> tuple[str, str] | None:
    shape = inputs[0].shape
    for words, code, share in _REDUCTIONS:
        divisor = share(shape) if shape else 1.0
        if divisor and all(
            _agrees(_put_together(loss.value(x, t), y.shape) / divisor, y)
            for x, y in zip(inputs, results, strict=True)
        ):
            return words, code
    return None


def _put_together(entries: Numbers, shape: tuple[int, ...]) -> Numbers:
    """Sums over what the result no longer has: the last axis, or all."""
    if entries.shape == shape:
        return entries
    if entries.shape[:-1] == shape and entries.ndim:
        return np.sum(entries, axis=-1)
    return np.reshape(np.sum(entries), (1,) * len(shape)) if np.prod(shape) == 1 else entries


def _agrees(found: Numbers, results: Numbers) -> bool:
    if np.shape(found) != results.shape or not np.any(results):
        return False
    size = float(np.max(np.abs(results), initial=0.0))
    return bool(np.allclose(found, results, rtol=_NEAR, atol=_NEAR * size))


def _recognised(
    loss: KnownLoss, target: str, found: tuple[str, str], *, is_labels: bool
) -> Recognised:
    words, code = found
    line = f"{loss.before}return ({loss.gradient}){code}"
    if is_labels:
        line = f"t = np.eye(x.shape[-1])[{target}]; {line}"
    else:
        line = re.sub(r"\bt\b", target, line)
    return Recognised(f"{loss.name}, {words}", line)


def _rows_softmax(x: Numbers) -> Numbers:
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def _of_logits(x: Numbers, t: Numbers) -> Numbers:
    return -t * np.log(_rows_softmax(x))


def _huber(x: Numbers, t: Numbers) -> Numbers:
    off = np.abs(x - t)
    return np.where(off <= 1.0, 0.5 * off * off, off - 0.5)


_BCE = "(x - t) / (x * (1 - x))"
_LOSSES = (
    KnownLoss("the squared error", lambda x, t: np.square(x - t), "2 * (x - t)"),
    KnownLoss("the absolute error", lambda x, t: np.abs(x - t), "np.sign(x - t)"),
    KnownLoss("Huber's loss", _huber, "np.clip(x - t, -1, 1)"),
    KnownLoss("log-cosh", lambda x, t: np.log(np.cosh(x - t)), "np.tanh(x - t)"),
    KnownLoss("cross-entropy of probabilities", lambda x, t: -t * np.log(x), "-t / x"),
    KnownLoss(
        "binary cross-entropy of probabilities",
        lambda x, t: -t * np.log(x) - (1.0 - t) * np.log1p(-x),
        _BCE,
    ),
    KnownLoss("KL(t || x)", lambda x, t: np.where(t > 0.0, t * np.log(t / x), 0.0), "-t / x"),
    KnownLoss("KL(x || t)", lambda x, t: x * np.log(x / t), "np.log(x / t) + 1"),
    KnownLoss(
        "softmax with cross-entropy, of logits",
        _of_logits,
        "p * np.sum(t, axis=-1, keepdims=True) - t",
        "e = np.exp(x - x.max(axis=-1, keepdims=True)); p = e / e.sum(axis=-1, keepdims=True); ",
    ),
    KnownLoss(
        "sigmoid with binary cross-entropy, of logits",
        lambda x, t: np.logaddexp(0.0, x) - t * x,
        "1 / (1 + np.exp(-x)) - t",
    ),
    KnownLoss("the hinge loss", lambda x, t: np.maximum(0.0, 1.0 - t * x), "-t * (t * x < 1)"),
    KnownLoss(
        "the squared hinge loss",
        lambda x, t: np.square(np.maximum(0.0, 1.0 - t * x)),
        "-2 * t * np.maximum(0, 1 - t * x)",
    ),
    KnownLoss(
        "the logistic loss", lambda x, t: np.logaddexp(0.0, -t * x), "-t / (1 + np.exp(t * x))"
    ),
    KnownLoss("Poisson's deviance", lambda x, t: x - t * np.log(x), "1 - t / x"),
    KnownLoss(
        "the squared error of logarithms",
        lambda x, t: np.square(np.log1p(x) - np.log1p(t)),
        "2 * (np.log1p(x) - np.log1p(t)) / (1 + x)",
    ),
    KnownLoss(
        "binary focal loss of probabilities, gamma 2",
        lambda x, t: -t * (1.0 - x) ** 2 * np.log(x) - (1.0 - t) * x**2 * np.log1p(-x),
        "t * (1 - x) * (2 * np.log(x) - (1 - x) / x)"
        " - (1 - t) * x * (2 * np.log(1 - x) - x / (1 - x))",
    ),
    KnownLoss(
        "binary focal loss of logits, gamma 2",
        lambda x, t: (
            np.where(t > 0.5, 1.0, 0.0) * sigmoid(-x) ** 2 * np.logaddexp(0.0, -x)
            + np.where(t > 0.5, 0.0, 1.0) * sigmoid(x) ** 2 * np.logaddexp(0.0, x)
        ),
        "np.where(t > 0.5, (1 - s) ** 2 * (2 * s * np.log(s) - (1 - s)),"
        " s ** 2 * (s - 2 * (1 - s) * np.log(1 - s)))",
        "s = 1 / (1 + np.exp(-x)); ",
    ),
)
