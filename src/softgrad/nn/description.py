"""A network without its numbers, as JSON: layers, output layer, and every hyper-parameter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts import Activation, Loss, LossSum, RowLoss
from softgrad.entries import Entries
from softgrad.errors import SoftgradError, StorageError
from softgrad.files import parse_json
from softgrad.layer import OutputLayer
from softgrad.nn.description_schema import DESCRIPTION, OUTSIDE
from softgrad.nn.encoding import encode
from softgrad.nn.layers import ActivationLayer, Dense, Layer
from softgrad.nn.model import AnyModel, Model
from softgrad.registration import class_path, registered

# A network without layers of parameters has as many outputs as its file says inputs.
_MOST_TRIED = 10**6

MOST_BYTES = 7 * 2**20
"""Of a description as it stands in a file's header, which is read whole into memory."""


def describe(network: Model) -> str:
    """Everything but the parameters; whatever is described, `rebuild` takes.

    Raises:
        StorageError: something in it has no form in a file.
    """
    try:
        content = {
            "inputs": network.inputs,
            "dtype": str(network.dtype),
            "seed": network.seed,
            "task": network.task,
            "epochs_trained": network.epochs_trained,
            "layers": [_layer(layer) for layer in network.layers],
            "activation": describe_entry(network.output.activation, ACTIVATIONS),
            "loss": describe_loss(network.output.loss),
            "settings": {k: encode(v) for k, v in network.output.settings.items()},
            "notes": encode(network.notes),
        }
        told = json.dumps(content)
    except (RecursionError, TypeError, ValueError) as error:
        if isinstance(error, SoftgradError):
            raise
        raise StorageError(f"this network has no form in a file: {error}") from None
    if len(json.dumps(told)) > MOST_BYTES:
        raise StorageError(
            f"the description of this network takes {len(told)} bytes, of which a file holds "
            f"{MOST_BYTES}; keep long notes in a file of their own"
        )
    check_output(rebuild(read_description(told), Model), network.outputs)
    return told


def read_description(told: str) -> dict[str, Any]:
    """The content of a description, each part checked and none of it larger than it says.

    Raises:
        StorageError: it is malformed.
    """
    return DESCRIPTION(parse_json(told, "the description"), "network")


def rebuild(description: Mapping[str, Any], kind: type[AnyModel]) -> AnyModel:
    """The network, of that kind, which has no parameters yet.

    Raises:
        SoftgradError: its parts do not fit each other.
    """
    network = kind(
        [_rebuild_layer(layer) for layer in description["layers"]],
        OutputLayer(
            description["activation"], rebuild_loss(description["loss"]), **description["settings"]
        ),
        dtype=description["dtype"],
        seed=description["seed"],
    )
    network.task = description["task"]
    network.epochs_trained = description["epochs_trained"]
    network.notes = description["notes"]
    return network


def check_output(network: Model, outputs: int) -> None:
    """Try the output layer on rows of that many logits: an axis or noise may not fit them.

    Raises:
        StorageError: it cannot take them.
    """
    logits = np.zeros((2, min(outputs, _MOST_TRIED)), network.dtype)
    try:
        network.output.predict(logits)
    except (TypeError, ValueError) as error:  # errors of ours are one of them
        raise StorageError(
            f"the output layer cannot take rows of {outputs} logits: {error}"
        ) from None


def _layer(layer: Layer) -> dict[str, Any]:
    if type(layer) is Dense:
        return {"layer": "dense", **{one.name: getattr(layer, one.name) for one in fields(layer)}}
    if type(layer) is ActivationLayer:
        return {"layer": "activation", "activation": describe_entry(layer.activation, ACTIVATIONS)}
    raise StorageError(f"a layer of type {type(layer).__name__} has no form in a file")


def _rebuild_layer(description: Mapping[str, Any]) -> Layer:
    settings = dict(description)
    kind = settings.pop("layer")
    return Dense(**settings) if kind == "dense" else ActivationLayer(**settings)


def describe_entry(item: Activation | RowLoss, table: Entries[Any]) -> dict[str, Any]:
    """Name and hyper-parameters, as JSON has them.

    Raises:
        StorageError: the class has no name in the table.
    """
    kind = type(item)
    if not registered(item):
        raise StorageError(
            f"{item!r} has no name that a file could tell; write @softgrad.register above the "
            f"class {kind.__name__}, or call softgrad.register({kind.__name__})"
        )
    outside = {OUTSIDE: class_path(kind)} if table.is_outside(item.name) else {}
    settings = {name: encode(value) for name, value in item.hyper_parameters.items()}
    return {"name": item.name, **outside, **settings}


def describe_loss(loss: Loss) -> list[Any]:
    """The weight and the name of each term, as JSON has them."""
    return [[weight, describe_entry(term, LOSSES)] for weight, term in loss.terms]


def rebuild_loss(terms: list[tuple[float, RowLoss]]) -> Loss:
    """The loss of terms that were read."""
    alone = len(terms) == 1 and terms[0][0] == 1.0
    return terms[0][1] if alone else LossSum(tuple((float(weight), one) for weight, one in terms))
