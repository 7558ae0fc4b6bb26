"""The loss's gradient by the activation's output: what a backward pass brings to the Jacobian."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, cast

import numpy as np

from softgrad.contracts import RowLoss
from softgrad.errors import SoftgradError
from softgrad.layer import OutputLayer


class Way(NamedTuple):
    """One way to ask a loss for it.

    Attributes:
        code: how a program writes it, of `loss`, the output `p` and the target `t` of one row.
        asked: the same as a function, of one row or of many.
    """

    code: str
    asked: Callable[[RowLoss, np.ndarray, np.ndarray], np.ndarray]


def _of_row(loss: RowLoss, p: np.ndarray, t: np.ndarray) -> np.ndarray:
    return loss.gradient(p, t)


def _of_coins(loss: RowLoss, p: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Each is a row of its own."""
    entries = np.eye(p.shape[-1])[t] if t.ndim < p.ndim else t
    return loss.gradient(p, entries, axis=())


def _of_logarithms(loss: RowLoss, p: np.ndarray, t: np.ndarray) -> np.ndarray:
    return np.exp(p) * _of_row(loss, np.exp(p), t)


def _of_logarithms_of_coins(loss: RowLoss, p: np.ndarray, t: np.ndarray) -> np.ndarray:
    return np.exp(p) * _of_coins(loss, np.exp(p), t)


_ENTRIES = "np.eye(len(p))[t] if t.ndim == 0 else t"

WAYS = (
    Way("loss.gradient(p, t)", _of_row),
    Way(f"loss.gradient(p, {_ENTRIES}, axis=())", _of_coins),
    Way("np.exp(p) * loss.gradient(np.exp(p), t)", _of_logarithms),
    Way(f"np.exp(p) * loss.gradient(np.exp(p), {_ENTRIES}, axis=())", _of_logarithms_of_coins),
)


def way_to_upstream(
    layer: OutputLayer, logits: np.ndarray, target: np.ndarray | None = None
) -> Way | None:
    """The way to a g with J^T g equal to the gradient there; None where there is none.

    A loss that is written on logits has none, for what it compares is not the output alone.

    Args:
        layer: of a simple loss.
        logits: of one row, shape (n,).
        target: what the loss takes; label 0 by default.
    """
    goal = np.asarray(0) if target is None else target
    loss = cast(RowLoss, layer.loss)
    output, jacobian = layer.activation.linearize(logits)
    gradient = layer.gradient(logits, goal)
    size = float(np.max(np.abs(gradient))) or 1.0
    for way in WAYS:
        try:
            g = np.asarray(way.asked(loss, np.asarray(output), goal))
        except SoftgradError:
            continue
        if g.shape != np.shape(output) or not np.all(np.isfinite(g)):
            continue
        if np.all(np.abs(jacobian.T @ g - gradient) <= 1e-6 * size):
            return way
    return None
