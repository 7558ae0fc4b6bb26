"""What the description of a network must look like, before anything is made by it."""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from dataclasses import fields
from typing import Any, cast

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts.parameters import Range
from softgrad.entries import Entries
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
from softgrad.registration import class_path

MOST_LAYERS = 1000


#: Where a class from outside the package was defined; a keyword is no hyper-parameter's name.
OUTSIDE = "class"


def named(table: Entries[Any]) -> Reading:
    """The object of a name of the catalogue, with hyper-parameters of the right types and sizes.

    What a class from outside the package was called is text for a message: nothing is imported.
    """

    def read(value: Any, where: str) -> Any:
        content = table_of(lambda one, _: one)(value, where)
        name = content.get("name")
        place = content.get(OUTSIDE)
        if isinstance(name, str) and place is not None:
            _check_is_registered(table, name, text(place, f"{where}.{OUTSIDE}"), where)
        elif not isinstance(name, str) or name not in table or table.is_outside(name):
            misfit(name, f"{where}.name", "a name of the catalogue")
        kind = table[name]
        readings = {one.name: _hyper_parameter(one) for one in fields(kind)}
        settings = record({"name": text}, {OUTSIDE: text, **readings})(content, where)
        del settings["name"]
        settings.pop(OUTSIDE, None)
        try:
            return kind(**settings)
        except SoftgradError as error:
            raise StorageError(f"{where}: {error}") from None

    return read


def _check_is_registered(table: Entries[Any], name: str, place: str, where: str) -> None:
    if table.is_outside(name):
        return
    found = "is softgrad's own" if name in table else "nobody has registered"
    others, kind = (LOSSES, "a loss") if table is ACTIVATIONS else (ACTIVATIONS, "an activation")
    if name in others:
        found = f"is that of {kind}, {class_path(others[name])}"
    raise StorageError(
        f"{where}.name is {reprlib.repr(name)}, saved of a class {reprlib.repr(place)}, and here "
        f"that name {found}. Import the module that defines the class and gives it the name by "
        "softgrad.register, then load: a file is never let import by itself"
    )


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
ACTIVATION = named(ACTIVATIONS)
_ACTIVATION = record({"layer": one_of("activation"), "activation": ACTIVATION})
_LAYERS: dict[str, Reading] = {"dense": _DENSE, "activation": _ACTIVATION}


def _layer(value: Any, where: str) -> dict[str, Any]:
    kind = table_of(lambda one, _: one)(value, where).get("layer")
    if not isinstance(kind, str) or kind not in _LAYERS:
        misfit(kind, f"{where}.layer", " or ".join(map(repr, _LAYERS)))
    return _LAYERS[kind](value, where)


LOSS_TERMS = list_of(pair(number(), named(LOSSES)), least=1, most=MOST_LAYERS)

DESCRIPTION = record(
    {
        "inputs": whole(low=1),
        "dtype": one_of("float64", "float32"),
        "seed": whole(low=0),
        "task": one_of(None, "classes", "coins", "values"),
        "epochs_trained": whole(low=0),
        "layers": list_of(_layer, most=MOST_LAYERS),
        "activation": ACTIVATION,
        "loss": LOSS_TERMS,
        "settings": record({}, SETTINGS),
        "notes": decode,
    }
)
