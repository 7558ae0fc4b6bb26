"""Python values as JSON has them, and back: what JSON lacks becomes an object of its kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from softgrad.errors import StorageError
from softgrad.files.schema import Reading, anything, list_of, misfit, pair, record, text, whole

# A text may stand for a type of any size: only these are made. U is a string of fixed length.
_DTYPE = re.compile(r"[<>]?(bool|u?int(8|16|32|64)|float(16|32|64)|[iu][1248]|f[248]|U\d{1,7})")
_MOST_BYTES = 2**26


def encode(value: Any) -> Any:
    """As JSON has it.

    Raises:
        StorageError: the value has no form in a file.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        return [encode(one) for one in cast("list[Any]", value)]
    if isinstance(value, tuple):
        return {"tuple": [encode(one) for one in cast("tuple[Any, ...]", value)]}
    if isinstance(value, Mapping):
        pairs = cast("Mapping[Any, Any]", value).items()
        return {"mapping": [[encode(key), encode(one)] for key, one in pairs]}
    if isinstance(value, np.generic) and not isinstance(value.item(), np.generic):
        return encode(value.item())
    if isinstance(value, np.ndarray):
        array = cast("np.ndarray[Any, np.dtype[Any]]", value)
        if _DTYPE.fullmatch(str(array.dtype)):
            shape = list(array.shape)
            return {"array": array.tolist(), "shape": shape, "dtype": str(array.dtype)}
    raise StorageError(f"{value!r} has no form in a file")


def decode(value: Any, where: str) -> Any:
    """What `encode` was given.

    Raises:
        StorageError: the value is nothing that `encode` gives.
    """
    if isinstance(value, list):
        return _items(value, where)
    if not isinstance(value, dict):
        return value
    content = cast("dict[str, Any]", value)
    for kind, reading in _KINDS.items():
        if kind in content:
            return reading(content, where)
    return misfit(content, where, f"an object of {', '.join(_KINDS)}")


def encoded(reading: Reading) -> Reading:
    """Of JSON, for a reading of what it stands for."""
    return lambda value, where: reading(decode(value, where), where)


_items = list_of(decode)


def _tuple(content: dict[str, Any], where: str) -> tuple[Any, ...]:
    return tuple(record({"tuple": _items})(content, where)["tuple"])


def _mapping(content: dict[str, Any], where: str) -> dict[Any, Any]:
    pairs = record({"mapping": list_of(pair(decode, decode))})(content, where)["mapping"]
    try:
        return dict(pairs)
    except TypeError as error:
        raise StorageError(f"{where} has a key that cannot be one: {error}") from None


def _array(content: dict[str, Any], where: str) -> Any:
    """Shape, then dtype, then numbers: nothing is made that is larger than it should be."""
    read = record({"array": anything, "dtype": text}, {"shape": list_of(whole(low=0))})
    found = read(content, where)
    if not _DTYPE.fullmatch(found["dtype"]):
        misfit(found["dtype"], f"{where}.dtype", "the dtype of an array of numbers or texts")
    try:
        dtype = np.dtype(found["dtype"])
        plain = np.asarray(found["array"])
        if plain.size and plain.dtype.kind not in ("U" if dtype.kind == "U" else "biuf"):
            misfit(found["array"], f"{where}.array", f"a regular array of {dtype}")
        if plain.size * dtype.itemsize > _MOST_BYTES:
            raise StorageError(f"{where} is an array of {plain.size} {dtype}: that is too large")
        array = np.asarray(found["array"], dtype=dtype)
        return array if "shape" not in found else array.reshape(tuple(found["shape"]))
    except (ValueError, TypeError, OverflowError) as error:
        if isinstance(error, StorageError):
            raise
        raise StorageError(f"{where} is no array: {error}") from None


_KINDS: dict[str, Reading] = {"array": _array, "tuple": _tuple, "mapping": _mapping}
