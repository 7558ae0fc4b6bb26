"""What the description of a network must look like, before anything is made by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, cast

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts.parameters import Range
from softgrad.errors import SoftgradError, StorageError
from softgrad.files.schema import (
    Reading,
    any_number,
    flag,
    list_of,
    misfit,
    number,
    one_of,
    optional,
    pair,
    record,
    table_of,
    text,
    whole,
)
from softgrad.nn.encoding import decode, encoded

MOST_LAYERS = 1000


def named(table: Mapping[str, type]) -> Reading:
    """The object of a name of the catalogue, with hyper-parameters of the right types and sizes."""

    def read(value: Any, where: str) -> Any:
        content = table_of(lambda one, _: one)(value, where)
        name = content.get("name")
        if not isinstance(name, str) or name not in table:
            misfit(name, f"{where}.name", "a name of the catalogue")
        kind = table[name]
        readings = {one.name: _hyper_parameter(one) for one in fields(kind)}
        settings = record({"name": text}, readings)(content, where)
        del settings["name"]
        try:
            return kind(**settings)
        except SoftgradError as error:
            raise StorageError(f"{where}: {error}") from None

    return read


def _hyper_parameter(one: Any) -> Reading:
    """By its range where it has one, else by its default: a flag, a text, or an array or None."""
    if any(isinstance(about, Range) for about in one.metadata.values()):
        return number()
    if isinstance(one.default, bool):
        return flag
    return text if isinstance(one.default, str) else encoded(optional(_numbers))


def _numbers(value: Any, where: str) -> Any:
    """A number, an array of numbers, or a list or tuple of those."""
    if isinstance(value, np.ndarray):
        return _array_of("biuf")(value, where)
    if isinstance(value, list):
        return list_of(_numbers)(value, where)
    if isinstance(value, tuple):
        return tuple(list_of(_numbers)(list(cast("tuple[Any, ...]", value)), where))
    return any_number(value, where)


def _array_of(kinds: str) -> Callable[[Any, str], Array]:
    """An array whose dtype is of one of these kinds."""

    def read(value: Any, where: str) -> Array:
        array: Array = value
        if array.dtype.kind not in kinds:
            misfit(value, where, "an array of numbers")
        return array

    return read


def _axis(value: Any, where: str) -> int | tuple[int, ...]:
    if isinstance(value, tuple):
        return tuple(list_of(whole())(list(cast("tuple[Any, ...]", value)), where))
    return whole()(value, where)


def _class_weight(value: Any, where: str) -> Any:
    """None, one weight a class, or weights by label."""
    weight = number(low=0.0)
    if isinstance(value, dict):
        table = cast("dict[Any, Any]", value)
        labels = [whole(low=0)(label, f"{where}: a label") for label in table]
        return dict(zip(labels, list_of(weight)(list(table.values()), where), strict=True))
    if isinstance(value, np.ndarray):
        array = _array_of("iuf")(value, where)
        list_of(weight)(array.tolist(), where)
        return array
    if isinstance(value, tuple):
        return tuple(list_of(weight)(list(cast("tuple[Any, ...]", value)), where))
    return optional(list_of(weight))(value, where)


SETTINGS: dict[str, Reading] = {
    "axis": encoded(_axis),
    "reduction": one_of("none", "sum", "mean"),
    "class_weight": encoded(_class_weight),
    "label_smoothing": number(low=0.0, below=1.0),
    "ignore_label": optional(whole()),
    "margin": number(low=0.0),
    "check_target": flag,
}

_DENSE = record(
    {
        "layer": one_of("dense"),
        "units": whole(low=1),
        "biases": flag,
        "initialisation": one_of("auto", "he", "glorot", "lecun"),
    }
)
_ACTIVATION = record({"layer": one_of("activation"), "activation": named(ACTIVATIONS)})
_LAYERS: dict[str, Reading] = {"dense": _DENSE, "activation": _ACTIVATION}


def _layer(value: Any, where: str) -> dict[str, Any]:
    kind = table_of(lambda one, _: one)(value, where).get("layer")
    if not isinstance(kind, str) or kind not in _LAYERS:
        misfit(kind, f"{where}.layer", " or ".join(map(repr, _LAYERS)))
    return _LAYERS[kind](value, where)


DESCRIPTION = record(
    {
        "inputs": whole(low=1),
        "dtype": one_of("float64", "float32"),
        "seed": whole(low=0),
        "task": one_of(None, "classes", "coins", "values"),
        "epochs_trained": whole(low=0),
        "layers": list_of(_layer, most=MOST_LAYERS),
        "activation": named(ACTIVATIONS),
        "loss": list_of(pair(number(), named(LOSSES)), least=1, most=MOST_LAYERS),
        "settings": record({}, SETTINGS),
        "notes": decode,
    }
)
