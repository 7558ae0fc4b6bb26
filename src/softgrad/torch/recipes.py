"""What an operator computes, as a text: it survives torch.export, where an object would not."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, NamedTuple, cast
from weakref import ref

from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts.activation import Activation
from softgrad.contracts.fast_paths import FormName
from softgrad.contracts.loss import Loss, LossSum, RowLoss
from softgrad.errors import InputTypeError
from softgrad.layer import OutputLayer
from softgrad.layer.rows import Axes
from softgrad.registration import registered

# A hyper-parameter that changes at every step makes a text a step: the oldest are forgotten, and
# made again where they are asked for.
_MOST = 4096
_remembered = lru_cache(_MOST)
# Of an output layer, by name: those that a row needs.
Settings = tuple[tuple[str, Any], ...]


class MapRecipe(NamedTuple):
    """A form of an activation's output, and the class axes."""

    activation: Activation
    form: FormName
    axes: Axes


class RowsRecipe(NamedTuple):
    """A loss of each row: of logits through `layer`, or of predictions where there is none."""

    layer: OutputLayer | None
    loss: Loss
    axes: Axes


@_remembered
def map_text(activation: str, form: FormName, axes: Axes) -> str:
    """The text of a map: the name of its activation, the form, and the class axes.

    Axes are counted from the end, so that what is batched in front moves none.
    """
    return json.dumps(["map", activation, form, axes])


@_remembered
def map_recipe(text: str) -> MapRecipe:
    """What `map_text` gave a text to."""
    _, activation, form, axes = json.loads(text)
    return MapRecipe(named(activation), form, tuple(axes))


@_remembered
def rows_text(activation: str, loss: str, axes: Axes, settings: Settings) -> str:
    """The text of a loss of each row; `activation` is "" for one of predictions."""
    return json.dumps(["rows", activation, loss, axes, settings])


@_remembered
def rows_recipe(text: str) -> RowsRecipe:
    """What `rows_text` gave a text to."""
    _, activation, name, axes, settings = json.loads(text)
    loss, axes = named(name), tuple(axes)
    if not activation:
        return RowsRecipe(None, loss, axes)
    layer = OutputLayer(named(activation), loss, axis=axes, **dict(settings))
    return RowsRecipe(layer, loss, axes)


# Objects that no text can tell, by the number in their text.
_told: dict[int, Any] = {}
_names: dict[int, tuple[ref[Any], str]] = {}


def name_of(entry: Any) -> str:
    """The text of an activation or a loss; what cannot be told, as a layer, gets a number.

    A number means the object in this process alone.
    """
    kept = _names.get(id(entry))
    if kept is not None and kept[0]() is entry:
        return kept[1]
    can_be_told = isinstance(entry, Activation | Loss)
    name = json.dumps(_told_as(entry)) if can_be_told else _numbered(entry)
    if len(_names) >= _MOST:
        for key in [key for key, (kept, _) in _names.items() if kept() is None]:
            del _names[key]
    _names[id(entry)] = (ref(entry), name)
    return name


@_remembered
def named(name: str) -> Any:
    """The object of a text.

    Raises:
        InputTypeError: it is of another process, or names what is not registered here.
    """
    return _found(json.loads(name))


def _numbered(entry: Any) -> str:
    for number, kept in _told.items():
        if type(kept) is type(entry) and kept == entry:
            return json.dumps(number)
    _told[len(_told)] = entry
    return json.dumps(len(_told) - 1)


def _told_as(entry: Activation | Loss) -> Any:
    if isinstance(entry, LossSum):
        return [[weight, _told_as(term)] for weight, term in entry.terms]
    one = cast("Activation | RowLoss", entry)
    told = {"name": one.name, **one.hyper_parameters}
    try:
        exact = registered(one) and _found(json.loads(json.dumps(told))) == one
    except (TypeError, ValueError):  # no JSON, or none that the class takes
        exact = False
    return told if exact else json.loads(_numbered(one))


def _found(told: Any) -> Any:
    if isinstance(told, int):
        if told not in _told:
            raise InputTypeError(
                f"object {told} of the process that traced this is not known here: register its "
                "class (softgrad.register), whose name a saved program can tell"
            )
        return _told[told]
    if isinstance(told, list):
        terms = cast("list[tuple[float, Any]]", told)
        return LossSum(tuple((float(weight), _found(term)) for weight, term in terms))
    settings = dict(cast("dict[str, Any]", told))
    name = settings.pop("name")
    kind: Any = ACTIVATIONS.get(name) or LOSSES.get(name)
    if kind is None:
        raise InputTypeError(f"no activation and no loss is registered as {name!r} here")
    return kind(**{key: _as_tuple(x) for key, x in settings.items()})


def _as_tuple(value: Any) -> Any:
    """JSON's list as the tuple that it was."""
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value
