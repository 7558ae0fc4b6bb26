"""What the page shows, read from a query: the same text that a link carries behind its #."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from math import isfinite
from typing import Any, TypeVar, cast

import numpy as np

from softgrad.catalogue import find_activation, find_loss
from softgrad.contracts import Activation, RowLoss
from softgrad.contracts.parameters import range_of
from softgrad.errors import ParameterError

T = TypeVar("T")

MOST_CLASSES = 8
LARGEST_NUMBER = 1e4


@dataclass(frozen=True)
class State:
    """One row of logits with its output layer.

    Attributes:
        activation, loss: with their hyper-parameters.
        logits: shape (n,).
        target: a label of shape (), or one number an entry; what else the loss takes a row.
    """

    activation: Activation
    loss: RowLoss
    logits: np.ndarray
    target: np.ndarray


def read_state(query: Mapping[str, str]) -> State:
    """The state of `z=1,2,3&activation=softmax&activation.temperature=2&loss=focal&target=2`.

    Raises:
        SoftgradError: a name is unknown, a number is none or out of its range.
    """
    logits = read_numbers(query.get("z", "1,2,3"), "z")
    if not 1 <= len(logits) <= MOST_CLASSES:
        raise ParameterError(f"z has {len(logits)} numbers; expected 1 to {MOST_CLASSES}")
    activation = read_activation(query)
    loss = read_loss(query)
    return State(activation, loss, logits, read_target(query.get("target", "0"), len(logits), loss))


def read_activation(query: Mapping[str, str]) -> Activation:
    """The activation of a query, with its hyper-parameters."""
    made = find_activation(query.get("activation", "softmax"))
    if made.noisy:
        raise ParameterError(f"{made.name} draws noise anew at every look; choose {made.noisy}")
    return _with_values(made, "activation", query)


def read_loss(query: Mapping[str, str]) -> RowLoss:
    """The loss of a query, with its hyper-parameters."""
    made = cast(RowLoss, find_loss(query.get("loss", "cross_entropy")))
    return _with_values(made, "loss", query)


def read_target(text: str, classes: int, loss: RowLoss) -> np.ndarray:
    """A label, where there are labels and the text is one whole number; else numbers."""
    numbers = read_numbers(text, "target")
    if loss.target_kind == "row" and len(numbers) == 1:
        return np.asarray(numbers[0])
    if loss.target_kind == "bounds" and len(numbers) == 2:
        return numbers
    if loss.target_kind not in ("row", "bounds"):
        if len(numbers) == 1 and classes > 1 and float(numbers[0]).is_integer():
            return np.asarray(int(numbers[0]))
        if len(numbers) == classes:
            return numbers
    raise ParameterError(f"target is {text[:80]!r}, which is none for {loss!r} of {classes} logits")


def read_numbers(text: str, name: str) -> np.ndarray:
    """Numbers with commas between them.

    Raises:
        ParameterError: one is no number, or too large to be shown.
    """
    found: list[float] = []
    for part in text.split(","):
        try:
            number = float(part)
        except ValueError:
            number = float("nan")
        if not isfinite(number) or abs(number) > LARGEST_NUMBER:
            raise ParameterError(
                f"{name} has {part[:40]!r}; expected a number up to {LARGEST_NUMBER:g} in size"
            )
        found.append(number)
    return np.asarray(found)


def shown_parameters(made: Activation | RowLoss) -> list[dict[str, Any]]:
    """The hyper-parameters that are numbers, with range and value: what the page has fields for."""
    return [
        {
            "name": one.name,
            "value": getattr(made, one.name),
            "default": one.default,
            "low": span.low,
            "high": span.high,
            "open_low": span.open_low,
            "step": 2 if span.even else 1 if span.whole else 0,
        }
        for one in fields(cast(Any, made))
        if (span := range_of(one)) is not None
    ]


def _with_values(made: T, prefix: str, query: Mapping[str, str]) -> T:
    known = [one["name"] for one in shown_parameters(cast(Any, made))]
    values: dict[str, float] = {}
    for name in known:
        text = query.get(f"{prefix}.{name}")
        if text is not None:
            number = float(read_numbers(text, f"{prefix}.{name}")[0])
            values[name] = int(number) if number.is_integer() else number
    return cast(T, replace(cast(Any, made), **values)) if values else made
