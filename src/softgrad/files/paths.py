"""Names of files, and what may stand where a file is expected."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any, cast

from softgrad.errors import InputTypeError, StorageError

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def as_path(path: Any) -> Path:
    """The path as a `Path`.

    Raises:
        InputTypeError: it is neither a string nor a path.
        StorageError: no file can have this name.
    """
    try:
        text = cast(Any, os.fspath)(path)
    except TypeError:
        text = None
    if not isinstance(text, str):
        raise InputTypeError(f"path is a {type(path).__name__}; expected a str or a Path")
    if "\0" in text:
        raise StorageError(f"{text!r} is no name of a file: it has a NUL character")
    return Path(text)


def open_flag(name: str) -> int:
    """A flag of `os.open`, or nothing on a system that has no such flag."""
    return getattr(os, name, 0)


def other_kind(found: os.stat_result) -> str | None:
    """What it is in words, if it is no regular file."""
    kind = stat.S_IFMT(found.st_mode)
    return None if kind == stat.S_IFREG else _KINDS.get(kind, "no regular file")


def refusal(path: Path, what: str, error: OSError) -> StorageError:
    """The error to raise for what the operating system refused: "it cannot be `what`: why"."""
    return StorageError(f"{path} cannot be {what}: {error.strerror or error}")
