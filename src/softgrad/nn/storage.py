"""Networks in files: safetensors for the numbers, and a description in JSON in its header."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.errors import SoftgradError, StorageError
from softgrad.files import as_path, check_can_write, write_file
from softgrad.nn.description import check_output, describe, read_description, rebuild
from softgrad.nn.model import AnyModel, Model
from softgrad.nn.parameters import ParameterLayout
from softgrad.nn.requirements import require
from softgrad.nn.tensor_file import TensorFile

FORMAT = "softgrad network"
VERSION = 1


def save(network: Model, path: str | Path) -> Path:
    """Write the network to `path`: the whole file, or none of it, or the one that was there."""
    return write_file(as_path(path), packed(network))


def packed(network: Model) -> bytes:
    """What `save` writes."""
    tensors = {name: np.ascontiguousarray(a) for name, a in network.named_parameters.items()}
    header = {"format": FORMAT, "version": str(VERSION), "network": describe(network)}
    for name, array in tensors.items():
        _check_finite(array, f"{name} of this network")
    return cast(bytes, _safetensors().save(tensors, metadata=header))


def check_can_save(network: Model, path: str | Path) -> None:
    """Raise now what `save` would raise later, after hours of training."""
    describe(network)
    _safetensors()
    check_can_write(path)


def load(path: str | Path, kind: type[AnyModel], content: bytes | None = None) -> AnyModel:
    """Read what `save` wrote, as a network of that kind; nothing in the file is ever executed.

    The description is checked before anything is made by it, and its sizes are compared with what
    the file holds before there is memory for them.

    Args:
        path: where it is.
        kind: of the network.
        content: the bytes of the file, where they are at hand already.
    """
    path = as_path(path)
    with TensorFile(path, content) as file:
        if file.metadata.get("format") != FORMAT:
            raise StorageError(f"{path} is a safetensors file, but it holds no softgrad network")
        version = file.metadata.get("version")
        if version != str(VERSION):
            raise StorageError(
                f"{path} has version {str(version)[:40]} of the format; this softgrad reads "
                f"version {VERSION}"
            )
        try:
            description = read_description(file.metadata.get("network", ""))
            network = rebuild(description, kind)
        except SoftgradError as error:
            raise StorageError(f"the description in {path} cannot be used: {error}") from None
        layout = ParameterLayout(network.layers, description["inputs"])
        _check_sizes(file, layout, network.dtype)
        check_output(network, layout.outputs)
        return network.adopt(layout, _parameters(file, layout, network.dtype))


def _check_sizes(file: TensorFile, layout: ParameterLayout, dtype: np.dtype[Any]) -> None:
    slots = {slot.name: slot for slot in layout.slots}
    for name in slots:
        if name not in file.tensors:
            raise StorageError(f"{file.path} lacks the parameter {name}")
    for name, tensor in file.tensors.items():
        if name not in slots:
            raise StorageError(
                f"{file.path} has a parameter {name[:80]} that its network does not have"
            )
        shape = slots[name].shape
        if tensor.shape != shape or tensor.dtype != dtype.newbyteorder("<"):
            raise StorageError(
                f"{file.path}: {name} is {tensor}; its network needs {dtype} of shape {shape}"
            )


def _parameters(file: TensorFile, layout: ParameterLayout, dtype: np.dtype[Any]) -> Array:
    try:
        vector: Array = np.empty(layout.size, dtype)
    except MemoryError as error:
        raise StorageError(f"{file.path} is larger than the memory here: {error}") from None
    for name, slot in layout.named(vector).items():
        slot[...] = file.read(name)
        _check_finite(slot, f"{file.path}: {name}")
    return vector


def _check_finite(array: Array, what: str) -> None:
    if not np.all(np.isfinite(array)):
        raise StorageError(f"{what} has entries that are NaN or infinite")


def _safetensors() -> Any:
    return require("safetensors.numpy", "safetensors", "saving a network")
