"""What formulas need of a library of arrays, under one spelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What closed forms take. The class axis is the last one.

    Attributes:
        xp: its functions that are spelled like NumPy's: exp, log, where, arange, sum, ...
        activations: its own, by the name that they have here.
        log_softmax: of (rows, n).
        softplus: log(1 + exp(z)), entry by entry.
        pick: x[row, label] of each row, (rows, n) and (rows,) to (rows, 1).
        falling: each row sorted, the largest first.
        largest: the maximum of each row, shape (rows, 1).
    """

    xp: Any
    activations: Mapping[str, Function]
    log_softmax: Function
    softplus: Function
    pick: Function
    falling: Function
    largest: Function


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentiatingLibrary(Library):
    """PyTorch or JAX, as its experts use it: one that differentiates what it computes.

    Attributes:
        transforms: where `vjp` and `jvp` are.
        log_loss: -log softmax of each row's label, (rows, n) and (rows,) to (rows,).
        coin_loss: binary cross-entropy of logits with entries 0 and 1, summed to one number.
    """

    transforms: Any
    log_loss: Function
    coin_loss: Function
