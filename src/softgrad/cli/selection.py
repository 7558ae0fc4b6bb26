"""An activation or a loss as one word: `softmax`, `entmax:alpha=1.5`, `huber:delta=2`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, cast

from softgrad.catalogue import ACTIVATIONS, LOSSES, find_activation, find_loss
from softgrad.cli.failure import CommandError, did_you_mean
from softgrad.contracts import Activation, RowLoss
from softgrad.errors import UnknownNameError

SPELLING = "NAME or NAME:key=value,key=value, such as softmax or entmax:alpha=1.5"


def select_activation(text: str) -> Activation:
    """The activation that `text` spells."""
    name, values = _split(text, "activation")
    return cast(Activation, _make(type(_found(name, "activation")), values))


def select_loss(text: str) -> RowLoss:
    """The loss that `text` spells."""
    name, values = _split(text, "loss")
    return cast(RowLoss, _make(type(_found(name, "loss")), values))


def _found(name: str, kind: str) -> Activation | RowLoss:
    try:
        if kind == "activation":
            return find_activation(name)
        return cast(RowLoss, find_loss(name))
    except UnknownNameError as error:
        other: Mapping[str, Any] = LOSSES if kind == "activation" else ACTIVATIONS
        if name.replace("-", "_") in other:
            is_a = "a loss" if kind == "activation" else "an activation"
            raise CommandError(f"--{kind} {name}: {name} is {is_a}, not {_an(kind)}") from None
        raise error


def _split(text: str, kind: str) -> tuple[str, dict[str, Any]]:
    name, _, tail = text.partition(":")
    values: dict[str, Any] = {}
    for part in filter(None, (piece.strip() for piece in tail.split(","))):
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            raise CommandError(f"--{kind} {text}: {part!r} is no key=value; expected {SPELLING}")
        values[key.strip().replace("-", "_")] = _number(value.strip(), text, kind)
    return name.strip(), values


def _number(text: str, whole: str, kind: str) -> float | int | bool:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        message = f"--{kind} {whole}: {text!r} is neither a number nor true or false"
        raise CommandError(message) from None


def _make(kind: type[Any], values: dict[str, Any]) -> Any:
    known = [one.name for one in fields(kind)]
    for key in values:
        if key not in known:
            hint = did_you_mean(key, known) if known else "it has none"
            raise CommandError(f"{kind.name} has no hyper-parameter {key!r}; {hint}")
    return kind(**values)


def _an(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
