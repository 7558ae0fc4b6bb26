"""The loss's gradient by the activation's output: what a backward pass brings to the Jacobian."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from softgrad.contracts import RowLoss
from softgrad.errors import SoftgradError
from softgrad.operators import Operator


class Way(NamedTuple):
    """One way to ask a loss for it.

    Attributes:
        code: how a program writes it, of `loss`, the output `p` and the target `t`.
        asked: the same as a function.
    """

    code: str
    asked: Callable[[RowLoss, np.ndarray, np.ndarray], np.ndarray]


def _every_entry(target: np.ndarray, classes: int) -> np.ndarray:
    return np.eye(classes)[int(target)] if target.ndim == 0 else target


_ENTRIES = "np.eye(len(p))[t] if t.ndim == 0 else t"

WAYS = (
    Way("loss.gradient(p, t)", lambda loss, p, t: loss.gradient(p, t)),
    # Of coins, each of which is a row of its own.
    Way(
        f"loss.gradient(p, {_ENTRIES}, axis=())",
        lambda loss, p, t: loss.gradient(p, _every_entry(t, len(p)), axis=()),
    ),
    # Where p is a logarithm.
    Way(
        "np.exp(p) * loss.gradient(np.exp(p), t)",
        lambda loss, p, t: np.exp(p) * loss.gradient(np.exp(p), t),
    ),
    Way(
        f"np.exp(p) * loss.gradient(np.exp(p), {_ENTRIES}, axis=())",
        lambda loss, p, t: np.exp(p) * loss.gradient(np.exp(p), _every_entry(t, len(p)), axis=()),
    ),
)


def upstream(
    loss: RowLoss, output: np.ndarray, target: np.ndarray, jacobian: Operator, gradient: np.ndarray
) -> tuple[np.ndarray, str] | None:
    """g with J^T g equal to the gradient, and how a program writes it; None where there is none.

    A loss that is written on logits has none, for what it compares is not the output alone.

    Args:
        loss: of one row.
        output: of the activation, shape (n,).
        target: what the loss takes.
        jacobian: of the activation.
        gradient: of the loss by the logits, shape (n,), which tells the right way.
    """
    size = float(np.max(np.abs(gradient))) or 1.0
    for way in WAYS:
        try:
            g = np.asarray(way.asked(loss, output, target))
        except SoftgradError:
            continue
        if g.shape != output.shape or not np.all(np.isfinite(g)):
            continue
        if np.all(np.abs(jacobian.T @ g - gradient) <= 1e-6 * size):
            return g, way.code
    return None
