"""Networks in files: safetensors for the numbers, and a description in JSON in its header."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.errors import SoftgradError, StorageError
from softgrad.nn.description import describe, rebuild
from softgrad.nn.requirements import require

if TYPE_CHECKING:
    from softgrad.nn.network import Network

FORMAT = "softgrad network"
VERSION = 1


def save(network: Network, path: str | Path) -> Path:
    """Write the network to `path`: the whole file, or none of it, or the one that was there."""
    path = Path(path)
    tensors = {name: np.ascontiguousarray(a) for name, a in network.named_parameters.items()}
    header = {"format": FORMAT, "version": str(VERSION), "network": describe(network)}
    numpy = require("safetensors.numpy", "safetensors", "saving a network")
    _write(path, cast(bytes, numpy.save(tensors, metadata=header)))
    return path


def check_can_save(network: Network, path: str | Path) -> None:
    """Raise now what `save` would raise later, after hours of training."""
    describe(network)
    require("safetensors.numpy", "safetensors", "saving a network")
    handle, beside = _beside(Path(path))
    os.close(handle)
    Path(beside).unlink()


def load(path: str | Path) -> Network:
    """Read a network that `save` wrote; nothing in the file is ever executed."""
    path = Path(path)
    tensors, header = _read(path)
    if header.get("format") != FORMAT:
        raise StorageError(f"{path} is a safetensors file, but it holds no softgrad network")
    if header.get("version") != str(VERSION):
        raise StorageError(
            f"{path} has version {header.get('version')} of the format; this softgrad reads "
            f"version {VERSION}"
        )
    try:
        network = rebuild(json.loads(header["network"]))
    except (KeyError, TypeError, AttributeError, ValueError, SoftgradError) as error:
        raise StorageError(f"the description in {path} cannot be used: {error}") from error
    _fill(network, tensors, path)
    return network


def _fill(network: Network, tensors: Mapping[str, Array], path: Path) -> None:
    expected = network.named_parameters
    for name in expected:
        if name not in tensors:
            raise StorageError(f"{path} lacks the parameter {name}")
    for name, array in tensors.items():
        if name not in expected:
            raise StorageError(f"{path} has a parameter {name} that its network does not have")
        slot = expected[name]
        if array.shape != slot.shape or array.dtype != slot.dtype:
            raise StorageError(
                f"{path}: {name} is {array.dtype} of shape {array.shape}; "
                f"its network needs {slot.dtype} of shape {slot.shape}"
            )
        slot[...] = array


def _read(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    safetensors = require("safetensors", "safetensors", "loading a network")
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from None
    if start[:1] == b"\x80" or start[:2] == b"PK":
        raise StorageError(
            f"{path} looks like a pickle or an archive; pickles can run any code and are never "
            "loaded. Networks are safetensors files, written by Network.save"
        )
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return tensors, file.metadata() or {}
    except (safetensors.SafetensorError, OSError, ValueError, TypeError) as error:
        raise StorageError(
            f"{path} is no safetensors file, or only a part of one: {error}"
        ) from None


def _write(path: Path, data: bytes) -> None:
    """To a file beside it first, which then takes its name in one step."""
    handle, beside = _beside(path)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException as error:
        Path(beside).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise StorageError(f"{path} cannot be written: {error.strerror}") from None
        raise


def _beside(path: Path) -> tuple[int, str]:
    """An empty file in the same folder, open for writing."""
    if path.is_dir():
        raise StorageError(f"{path} cannot be written: it is a folder")
    try:
        return tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from None
