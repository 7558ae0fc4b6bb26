"""Activations and losses as the configuration of a Keras object tells them, and back."""

from __future__ import annotations

from typing import Any

from softgrad.catalogue import ACTIVATIONS
from softgrad.contracts.activation import Activation
from softgrad.contracts.loss import Loss
from softgrad.nn.description import describe_entry, describe_loss, rebuild_loss
from softgrad.nn.description_schema import ACTIVATION, LOSS_TERMS


def tell(activation: Activation, loss: Loss | None = None) -> dict[str, Any]:
    """Names and hyper-parameters, as JSON has them.

    Raises:
        StorageError: one is of a class without a name, or set to what has no form in a file.
    """
    told: dict[str, Any] = {"activation": describe_entry(activation, ACTIVATIONS)}
    return told if loss is None else {**told, "loss": describe_loss(loss)}


def untold(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration with the objects in the place of what `tell` made of them.

    Raises:
        StorageError: it was not made by `tell`, or the name of a class is not registered here.
    """
    found = {**config, "activation": ACTIVATION(config.get("activation"), "activation")}
    if "loss" in config:
        found["loss"] = rebuild_loss(LOSS_TERMS(config["loss"], "loss"))
    return found
