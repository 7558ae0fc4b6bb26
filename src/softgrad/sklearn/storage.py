"""Estimators in files: a header in JSON, and the model in a format of its own.

A file is a zip of two entries that are not compressed: `softgrad.json`, what the estimator is, and
its model: safetensors of a linear map or a network, or what its library writes. Nothing in it is
ever executed, and no more memory is taken than the file has bytes.
"""

from __future__ import annotations

import json
import zipfile
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import numpy as np

from softgrad.errors import NotFittedError, StorageError
from softgrad.files import as_path, open_file, parse_json, write_file
from softgrad.files.schema import one_of, record, table_of, text, whole
from softgrad.nn.encoding import decode, encode
from softgrad.sklearn.header import (
    FEATURES,
    describe_output,
    describe_parameter,
    read_output,
    read_parameter,
)

FORMAT = "softgrad estimator"
VERSION = 1

_HEADER = "softgrad.json"
_MOST_HEADER = 64 * 2**20
_ROOMS = {
    "BoostingClassifier": "softgrad.sklearn.boosting",
    "BoostingRegressor": "softgrad.sklearn.boosting",
    "LinearClassifier": "softgrad.sklearn.linear",
    "LinearRegressor": "softgrad.sklearn.linear",
    "NetworkClassifier": "softgrad.sklearn.network",
    "NetworkRegressor": "softgrad.sklearn.network",
}
_SCHEMA = record(
    {
        "format": one_of(FORMAT),
        "version": whole(),
        "class": one_of(*_ROOMS),
        "parameters": table_of(read_parameter),
        "features": FEATURES,
        "output": read_output,
        "fitted": table_of(decode),
        "model": text,
    }
)


def save(estimator: Any, path: str | Path) -> Path:
    """Write a fitted estimator to `path`: the whole file, or none of it, or the one that was there.

    Raises:
        StorageError: it cannot be written, or has a parameter that has no form in a file.
        NotFittedError: it was not fitted.
    """
    kind = cast(Any, type(estimator))
    if kind.__name__ not in _ROOMS or _kind_of(kind.__name__) is not kind:
        raise StorageError(f"a {kind.__name__} has no form in a file; it is none of softgrad's own")
    if not hasattr(estimator, "output_"):
        raise NotFittedError(f"this {kind.__name__} is not fitted yet: call fit first")
    model, payload = estimator._payload()
    names = getattr(estimator, "feature_names_in_", None)
    header: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "class": kind.__name__,
        "parameters": {
            name: describe_parameter(name, value)
            for name, value in estimator.get_params(deep=False).items()
        },
        "features": {
            "count": estimator.n_features_in_,
            "names": None if names is None else list(names),
        },
        "output": describe_output(estimator.output_),
        "fitted": {
            name: encode(getattr(estimator, name))
            for name in kind._kept
            if hasattr(estimator, name)
        },
        "model": model,
    }
    return write_file(
        as_path(path), _zipped({_HEADER: json.dumps(header).encode(), model: payload})
    )


def load(path: str | Path) -> Any:
    """The estimator that `save` wrote, of the class that it had.

    Raises:
        StorageError: there is no such file, or it is something else, or it is damaged.
    """
    path = as_path(path)
    with open_file(path) as file:
        content = file.read()
    told, found = _unzipped(content, path)
    header = _SCHEMA(parse_json(told, f"the header of {path}"), "estimator")
    if header["version"] != VERSION:
        raise StorageError(
            f"{path} has version {header['version']} of the format; this softgrad reads {VERSION}"
        )
    if header["model"] not in found:
        raise StorageError(f"{path} lacks its model, {header['model'][:80]!r}")
    kind = _kind_of(header["class"])
    estimator = _made(kind, header["parameters"], path)
    count, names = header["features"]["count"], header["features"]["names"]
    estimator.n_features_in_ = count
    if names is not None:
        if len(names) != count:
            raise StorageError(f"{path} has {len(names)} names for {count} features")
        estimator.feature_names_in_ = np.array(names, dtype=object)
    estimator.output_ = header["output"]
    for name, value in header["fitted"].items():
        if name not in kind._kept:
            raise StorageError(f"{path}: a {kind.__name__} keeps no {name[:80]!r}")
        setattr(estimator, name, kind._kept[name](value, f"estimator.fitted.{name}"))
    estimator._adopt_payload(header["model"], found[header["model"]])
    return estimator


def _kind_of(name: str) -> Any:
    return getattr(import_module(_ROOMS[name]), name)


def _made(kind: Any, parameters: dict[str, Any], path: Path) -> Any:
    known = kind().get_params(deep=False)
    for name in parameters:
        if name not in known and not kind._takes_other_parameters:
            raise StorageError(f"{path}: a {kind.__name__} has no parameter {name[:80]!r}")
    return kind(**parameters)


def _zipped(entries: dict[str, bytes]) -> bytes:
    """The same bytes for the same entries: without a date."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


def _unzipped(content: bytes, path: Path) -> tuple[bytes, dict[str, bytes]]:
    """The header, and every other entry; none is larger than the file, for none is compressed."""
    if content[:1] == b"\x80":
        raise StorageError(
            f"{path} looks like a pickle; pickles can run any code and are never loaded. "
            "Estimators are written by their method save"
        )
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) != 2:
                raise StorageError(f"{path} has {len(entries)} entries; expected 2")
            for entry in entries:
                if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
                    raise StorageError(f"{path} is compressed or encrypted; save writes neither")
                found[entry.filename] = archive.read(entry)
    except StorageError:
        raise
    except Exception as error:  # whatever a damaged archive makes of the reader
        raise StorageError(f"{path} is no archive, or only a part of one: {error}") from None
    header = found.pop(_HEADER, None)
    if header is None:
        raise StorageError(f"{path} is an archive, but it holds no softgrad estimator")
    if len(header) > _MOST_HEADER:
        raise StorageError(f"{path}: its header has {len(header)} bytes, more than {_MOST_HEADER}")
    return header, found
