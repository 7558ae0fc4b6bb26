"""A network without its numbers, as JSON: layers, output layer, and every hyper-parameter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts import Activation, Loss, LossSum, RowLoss
from softgrad.errors import StorageError
from softgrad.layer import OutputLayer
from softgrad.nn.layers import ActivationLayer, Dense, Layer

if TYPE_CHECKING:
    from softgrad.nn.network import Network


def describe(network: Network) -> str:
    """Everything but the parameters."""
    return json.dumps(
        {
            "inputs": network.inputs,
            "dtype": str(network.dtype),
            "seed": network.seed,
            "task": network.task,
            "epochs_trained": network.epochs_trained,
            "layers": [_layer(layer) for layer in network.layers],
            "activation": _named(network.output.activation, ACTIVATIONS),
            "loss": [[weight, _named(term, LOSSES)] for weight, term in network.output.loss.terms],
            "settings": {k: _encode(v) for k, v in network.output.settings.items()},
            "notes": _encode(network.notes),
        }
    )


def rebuild(description: Mapping[str, Any]) -> Network:
    """The network, with parameters that wait to be filled."""
    from softgrad.nn.network import Network

    activation = cast(Activation, _object(description["activation"], ACTIVATIONS))
    settings = {k: _decode(v) for k, v in description["settings"].items()}
    network = Network(
        [_rebuild_layer(layer) for layer in description["layers"]],
        OutputLayer(activation, _loss(description["loss"]), **settings),
        inputs=description["inputs"],
        dtype=description["dtype"],
        seed=description["seed"],
    )
    network.task = description["task"]
    network.epochs_trained = description["epochs_trained"]
    network.notes = _decode(description["notes"])
    return network


def _layer(layer: Layer) -> dict[str, Any]:
    if type(layer) is Dense:
        return {"layer": "dense", **{one.name: getattr(layer, one.name) for one in fields(layer)}}
    if type(layer) is ActivationLayer:
        return {"layer": "activation", "activation": _named(layer.activation, ACTIVATIONS)}
    raise StorageError(f"a layer of type {type(layer).__name__} has no form in a file")


def _rebuild_layer(description: Mapping[str, Any]) -> Layer:
    settings = dict(description)
    kind = settings.pop("layer")
    if kind == "dense":
        return Dense(**settings)
    if kind == "activation":
        return ActivationLayer(cast(Activation, _object(settings["activation"], ACTIVATIONS)))
    raise StorageError(f"no layer is called {kind!r}")


def _named(item: Activation | RowLoss, table: Mapping[str, type]) -> dict[str, Any]:
    if table.get(item.name) is not type(item):
        raise StorageError(f"{item!r} is not in the catalogue, so a file cannot name it")
    return {"name": item.name, **{k: _encode(v) for k, v in item.hyper_parameters.items()}}


def _object(description: Mapping[str, Any], table: Mapping[str, type]) -> Any:
    settings = {k: _decode(v) for k, v in description.items()}
    return table[settings.pop("name")](**settings)


def _loss(terms: list[Any]) -> Loss:
    found = tuple((float(weight), _object(term, LOSSES)) for weight, term in terms)
    return found[0][1] if len(found) == 1 and found[0][0] == 1.0 else LossSum(found)


def _encode(value: Any) -> Any:
    """As JSON has it; what JSON lacks becomes a pair of its kind and its content."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        return [_encode(one) for one in cast("list[Any]", value)]
    if isinstance(value, tuple):
        return {"tuple": [_encode(one) for one in cast("tuple[Any, ...]", value)]}
    if isinstance(value, Mapping):
        pairs = cast("Mapping[Any, Any]", value).items()
        return {"mapping": [[_encode(key), _encode(one)] for key, one in pairs]}
    if isinstance(value, np.generic):
        return _encode(value.item())
    if isinstance(value, np.ndarray):
        array = cast("np.ndarray[Any, np.dtype[Any]]", value)
        return {"array": array.tolist(), "dtype": str(array.dtype)}
    raise StorageError(f"{value!r} has no form in a file")


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return [_decode(one) for one in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    content = cast("dict[str, Any]", value)
    if "array" in content:
        return np.asarray(content["array"], dtype=content["dtype"])
    if "tuple" in content:
        return tuple(_decode(one) for one in content["tuple"])
    return {_decode(key): _decode(one) for key, one in content["mapping"]}
