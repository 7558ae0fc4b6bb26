"""Something by name with hyper-parameters, as one word: `softmax`, `entmax:alpha=1.5`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar, cast

from softgrad import catalogue
from softgrad.catalogue import find_activation, find_loss
from softgrad.cli.failure import CommandError
from softgrad.contracts import Activation, RowLoss
from softgrad.error_words import did_you_mean
from softgrad.errors import UnknownNameError

SPELLING = "NAME or NAME:key=value,key=value, such as softmax or entmax:alpha=1.5"

T = TypeVar("T")

Value = float | int | bool | tuple[float, ...]

# Not those between brackets, where the next bracket is one that closes.
_COMMA = re.compile(r",(?![^()]*\))")


def select_activation(text: str, option: str = "--activation") -> Activation:
    """The activation that `text` spells."""
    name, values = split_spelling(text, option)
    try:
        found = find_activation(name)
    except UnknownNameError:
        _refuse_other_kind(text, name, option, "a loss, not an activation", catalogue.LOSSES)
        raise
    return with_values(found, values, found.name)


def select_loss(text: str, option: str = "--loss") -> RowLoss:
    """The loss that `text` spells."""
    name, values = split_spelling(text, option)
    try:
        found = cast(RowLoss, find_loss(name))
    except UnknownNameError:
        _refuse_other_kind(text, name, option, "an activation, not a loss", catalogue.ACTIVATIONS)
        raise
    return with_values(found, values, found.name)


def split_spelling(text: str, option: str) -> tuple[str, dict[str, Any]]:
    """The name, and each hyper-parameter with its value."""
    name, _, tail = text.partition(":")
    values: dict[str, Any] = {}
    for part in filter(None, (piece.strip() for piece in _COMMA.split(tail))):
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            raise CommandError(f"{option} {text}: {part!r} is no key=value; expected {SPELLING}")
        values[key.strip().replace("-", "_")] = _value(value.strip(), text, option)
    return name.strip(), values


def with_values(made: T, values: dict[str, Any], name: str) -> T:
    """A dataclass object with other values for some of its fields."""
    known = [one.name for one in fields(cast(Any, made))]
    for key in values:
        if key not in known:
            hint = did_you_mean(key, known) if known else "it has none"
            raise CommandError(f"{name} has no hyper-parameter {key!r}; {hint}")
    return cast(T, replace(cast(Any, made), **values))


def _refuse_other_kind(
    text: str, name: str, option: str, what: str, others: Mapping[str, Any]
) -> None:
    if name.replace("-", "_") in others:
        raise CommandError(f"{option} {text}: {name} is {what}") from None


def _value(text: str, whole: str, option: str) -> Value:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if text.startswith("(") and text.endswith(")"):
        inner = text[1:-1].removesuffix(",")
        return tuple(_number(part.strip(), whole, option) for part in inner.split(","))
    return _number(text, whole, option)


def _number(text: str, whole: str, option: str) -> float | int:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    raise CommandError(
        f"{option} {whole}: {text!r} is neither a number nor true or false, nor numbers in "
        "brackets such as (0.1,0.9)"
    )
